package dev.weft.local.supervisor;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tracks when a probe is due, and its results so far. Times are values of {@link System#nanoTime}. Used by one thread.
 */
final class ProbeSchedule {

    /** Longest time between two attempts until the first success. */
    private static final Duration EAGER = Duration.ofMillis(250);

    /** One attempt of a probe. It throws if the probe fails. */
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

    /** @param eager whether to try more often until the first success, for readiness */
    ProbeSchedule(Duration period, Duration initialDelay, int failureThreshold, boolean eager, long now) {
        this.period = period;
        this.failureThreshold = failureThreshold;
        this.eager = eager;
        this.due = now + initialDelay.toNanos();
    }

    /** Makes an attempt if it is due. */
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

    /** Whether the probe has succeeded, and has not reached the failure threshold since. */
    boolean passing() {
        return passing;
    }

    /** Whether the probe has reached its threshold of failures in a row. */
    boolean failed() {
        return failures >= failureThreshold;
    }

    String reason() {
        return reason;
    }
}
