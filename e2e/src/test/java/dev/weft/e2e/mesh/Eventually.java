package dev.weft.e2e.mesh;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits on a condition. */
public final class Eventually {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Eventually() {}

    /** A check that may fail for now by throwing an {@link AssertionError}. */
    @FunctionalInterface
    public interface Check {
        void run() throws Exception;
    }

    /**
     * Repeats the check until it passes.
     *
     * @return how long that took
     * @throws AssertionError the check's last failure, when the time is over
     */
    public static Duration within(Duration limit, Check check) throws Exception {
        long start = System.nanoTime();
        while (true) {
            try {
                check.run();
                return Duration.ofNanos(System.nanoTime() - start);
            } catch (AssertionError failure) {
                if (System.nanoTime() - start > limit.toNanos()) {
                    throw new AssertionError("not within " + limit + ": " + failure.getMessage(), failure);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
