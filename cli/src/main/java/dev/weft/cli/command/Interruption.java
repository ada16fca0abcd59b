package dev.weft.cli.command;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * What happens on Ctrl-C, SIGTERM or a closed terminal: the JVM begins to end, and what was begun is taken back before it does. The
 * thread that was at work meanwhile sees its mesh go away; {@link #guard} keeps it from complaining about that.
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

    /** From now until {@link #close} an interruption runs {@code cleanUp} and waits for it. */
    public static Interruption cleaningUp(Runnable cleanUp) {
        Interruption interruption = new Interruption(cleanUp);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Does the work; once the process is ending neither returns nor throws. */
    public <T> T guard(Callable<T> work) throws java.io.IOException, InterruptedException {
        try {
            T result = work.call();
            waitIfEnding();
            return result;
        } catch (java.io.IOException | InterruptedException | RuntimeException e) {
            waitIfEnding();
            throw e;
        } catch (Exception e) {
            waitIfEnding();
            throw new IllegalStateException(e);
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
            // Too late: the process is ending, and the hook has the word.
            waitIfEnding();
        }
    }
}
