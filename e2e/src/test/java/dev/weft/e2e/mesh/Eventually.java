package dev.weft.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Waits on a condition. */
public final class Eventually {

    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration ATTEMPTS = Duration.ofMinutes(3);

    private Eventually() {}

    /** A check that may fail for now by throwing an {@link AssertionError}. */
    @FunctionalInterface
    public interface Check {
        void run() throws Exception;
    }

    /** Something whose time is taken. */
    @FunctionalInterface
    public interface Timed {
        Duration took() throws Exception;
    }

    /**
     * Repeats something until it takes less than a limit once. A busy machine exceeds the limit sometimes; a wait that is built in
     * exceeds it each time. Only the time is tried again: what the body asserts must hold each time.
     */
    public static void takesLessThan(Duration limit, Timed timed) throws Exception {
        takesLessThan(limit, timed, () -> {});
    }

    /** The same, for what can happen only once: {@code restore} makes what was before, for another try. */
    public static void takesLessThan(Duration limit, Timed timed, Check restore) throws Exception {
        AtomicBoolean again = new AtomicBoolean();
        within(ATTEMPTS, () -> {
            Duration took;
            try {
                if (again.getAndSet(true)) {
                    restore.run();
                }
                took = timed.took();
            } catch (AssertionError e) {
                throw new IllegalStateException("not only slow: " + e.getMessage(), e);
            }
            System.out.println("promised within " + limit + ", took " + took);
            assertThat(took).isLessThan(limit);
        });
    }

    /**
     * Repeats the check until it passes, with pauses as long as the check takes: what is waited for has the machine at least half of
     * the time.
     *
     * @return how long that took
     * @throws AssertionError the check's last failure, when the time is over
     */
    public static Duration within(Duration limit, Check check) throws Exception {
        long start = System.nanoTime();
        while (true) {
            long asked = System.nanoTime();
            try {
                check.run();
                return Duration.ofNanos(System.nanoTime() - start);
            } catch (AssertionError failure) {
                if (System.nanoTime() - start > limit.toNanos()) {
                    throw new AssertionError("not within " + limit + ": " + failure.getMessage(), failure);
                }
                LockSupport.parkNanos(Math.clamp(System.nanoTime() - asked, SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS));
            }
        }
    }
}
