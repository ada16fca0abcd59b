package dev.weft.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what others do. */
public final class Waiting {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Not a busy wait: what is waited for needs the processor. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Waiting() {}

    /**
     * What is waited for.
     *
     * @param <X> what asking may throw
     */
    @FunctionalInterface
    public interface Condition<X extends Exception> {
        /** Whether it has come about. */
        boolean holds() throws X;
    }

    /** Returns when it holds; fails the test after 30 s. */
    public static <X extends Exception> void until(Condition<X> condition) throws X {
        until("what the test waits for", condition);
    }

    /** Returns when it holds; fails the test after 30 s, and says what it waited for. */
    public static <X extends Exception> void until(String what, Condition<X> condition) throws X {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited 30 s for: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
