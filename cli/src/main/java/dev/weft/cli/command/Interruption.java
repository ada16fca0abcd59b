package dev.weft.cli.command;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Handles Ctrl-C, SIGTERM and a closed terminal: before the JVM ends, it undoes what was begun. The working thread
 * meanwhile sees its mesh disappear; {@link #guard} keeps it from reporting errors about that.
 */
public final class Interruption implements AutoCloseable {

    private final Thread hook;
    private volatile boolean ending;

    private Interruption(Runnable cleanUp) {
        hook = Thread.ofPlatform().unstarted(() -> {
            ending = true;
            cleanUp.run();
        });
    }

    /** Registers {@code cleanUp}: until {@link #close}, an interruption runs it and waits for it. */
    public static Interruption cleaningUp(Runnable cleanUp) {
        Interruption interruption = new Interruption(cleanUp);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Does the work; once the process is ending, this neither returns nor throws. */
    public <T> T guard(Callable<T> work) throws java.io.IOException, InterruptedException {
        try {
            return work.call();
        } catch (java.io.IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            waitIfEnding();
        }
    }

    private void waitIfEnding() {
        while (ending) {
            LockSupport.park(this);
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // Too late: the process is ending, and the hook decides its end.
            waitIfEnding();
        }
    }
}
