package dev.weft.local.supervisor;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When a probe is due and what its results so far say. Times are of {@link System#nanoTime}. Used by one thread. */
final class ProbeSchedule {

    /** Until the first success, a probe is tried this often even if its period is longer. */
    private static final Duration EAGER = Duration.ofMillis(250);

    /** What a probe does; it fails by throwing. */
    interface Attempt {
        void run() throws IOException, InterruptedException;
    }

    private final Duration period;
    private final int failureThreshold;
    private final boolean eager;
    private long due;
    private int failures;
    private boolean everSucceeded;
    private boolean passing;
    private String reason = "not probed yet";

    /** @param eager whether to try more often until the first success, as befits readiness */
    ProbeSchedule(Duration period, Duration initialDelay, int failureThreshold, boolean eager, long now) {
        this.period = period;
        this.failureThreshold = failureThreshold;
        this.eager = eager;
        this.due = now + initialDelay.toNanos();
    }

    /** Tries when it is time. */
    void tick(long now, Attempt attempt) throws InterruptedException {
        if (now - due < 0) {
            return;
        }
        @Nullable IOException failure = null;
        try {
            attempt.run();
        } catch (IOException e) {
            failure = e;
        }
        if (failure == null) {
            failures = 0;
            everSucceeded = true;
            passing = true;
            reason = "";
        } else {
            failures++;
            reason = String.valueOf(failure.getMessage());
            passing = passing && failures < failureThreshold;
        }
        boolean soon = eager && !everSucceeded && EAGER.compareTo(period) < 0;
        due = now + (soon ? EAGER : period).toNanos();
    }

    /** Whether it succeeded, and has not failed too often since. */
    boolean passing() {
        return passing;
    }

    /** Whether it failed as often in a row as is too often. */
    boolean failed() {
        return failures >= failureThreshold;
    }

    String reason() {
        return reason;
    }
}
