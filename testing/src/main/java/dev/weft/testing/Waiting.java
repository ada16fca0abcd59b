package dev.weft.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits until a condition holds. */
public final class Waiting {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Pause between two checks. It is no busy wait, because the code under test needs the processor. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Waiting() {}

    /**
     * The condition to wait for.
     *
     * @param <X> what checking it may throw
     */
    @FunctionalInterface
    public interface Condition<X extends Exception> {
        /** Whether the condition holds now. */
        boolean holds() throws X;
    }

    /** Returns when the condition holds; fails the test after 60 s. */
    public static <X extends Exception> void until(Condition<X> condition) throws X {
        until("what the test waits for", condition);
    }

    /** Returns when the condition holds; fails the test after 60 s, with this description of the condition. */
    public static <X extends Exception> void until(String what, Condition<X> condition) throws X {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited 60 s for: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
