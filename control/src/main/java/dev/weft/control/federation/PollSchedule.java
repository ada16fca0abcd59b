package dev.weft.control.federation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When an endpoint is asked again. A failure changes nothing about it: it is tried at the next poll (FE-11).
 *
 * @param min not more often, whatever the hint
 * @param max not less often, whatever the hint
 * @param fallback for bundles without a hint (TB-02)
 */
record PollSchedule(Duration min, Duration max, Duration fallback) {

    static final PollSchedule STANDARD =
            new PollSchedule(Duration.ofSeconds(5), Duration.ofHours(24), Duration.ofMinutes(5));

    /** The least time between two polls. */
    static final Duration LEAST_GAP = Duration.ofSeconds(1);

    /** How much earlier than hinted it may be, so that many do not ask at once. */
    private static final double JITTER = 0.1;

    /**
     * The time to the next poll.
     *
     * @param hint of the latest bundle
     * @param random 0 to 1
     */
    Duration following(Optional<Duration> hint, double random) {
        Duration hinted = hint.orElse(fallback);
        Duration clamped = hinted.compareTo(min) < 0 ? min : hinted.compareTo(max) > 0 ? max : hinted;
        return earlier(clamped, random);
    }

    /**
     * The time to the next attempt while there never was a bundle: soon at first, as the other side may only be starting,
     * then twice as long each time, up to the fallback.
     *
     * @param failures so far, 1 or more
     */
    Duration beforeTheFirst(int failures, double random) {
        Duration wait = min;
        for (int i = 1; i < failures && wait.compareTo(fallback) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return earlier(wait.compareTo(fallback) < 0 ? wait : fallback, random);
    }

    /** The time to the next poll when somebody says that there is a newer bundle: none, but that it is not asked all the time. */
    Duration hurried(Instant asked, Instant now) {
        Duration left = Duration.between(now, asked.plus(LEAST_GAP));
        return left.isNegative() ? Duration.ZERO : left.compareTo(LEAST_GAP) > 0 ? LEAST_GAP : left;
    }

    private static Duration earlier(Duration wait, double random) {
        return Duration.ofMillis((long) (wait.toMillis() * (1 - JITTER * random)));
    }
}
