package dev.weft.control.federation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Decides when an endpoint is asked next. A failure changes nothing: the next poll tries again (FE-11).
 *
 * @param min shortest interval, whatever the hint
 * @param max longest interval, whatever the hint
 * @param fallback interval for bundles without a hint (TB-02)
 */
record PollSchedule(Duration min, Duration max, Duration fallback) {

    static final PollSchedule STANDARD =
            new PollSchedule(Duration.ofSeconds(5), Duration.ofHours(24), Duration.ofMinutes(5));

    /** Shortest time between two polls. */
    static final Duration LEAST_GAP = Duration.ofSeconds(1);

    /** Largest fraction by which a poll may be early, so that not all clients ask at once. */
    private static final double JITTER = 0.1;

    /**
     * Returns the time to the next poll.
     *
     * @param hint refresh hint of the latest bundle
     * @param random 0 to 1
     */
    Duration following(Optional<Duration> hint, double random) {
        Duration hinted = hint.orElse(fallback);
        Duration clamped = hinted.compareTo(min) < 0 ? min : hinted.compareTo(max) > 0 ? max : hinted;
        return earlier(clamped, random);
    }

    /**
     * Returns the time to the next attempt while there never was a bundle. The first wait is short, because the other
     * side may just be starting; each further wait is twice as long, up to the fallback.
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

    /**
     * Returns the time to the next poll after a newer bundle was announced: zero, except that polls keep the shortest
     * gap.
     */
    Duration afterAnnouncement(Instant asked, Instant now) {
        Duration left = Duration.between(now, asked.plus(LEAST_GAP));
        return left.isNegative() ? Duration.ZERO : left.compareTo(LEAST_GAP) > 0 ? LEAST_GAP : left;
    }

    private static Duration earlier(Duration wait, double random) {
        return Duration.ofMillis((long) (wait.toMillis() * (1 - JITTER * random)));
    }
}
