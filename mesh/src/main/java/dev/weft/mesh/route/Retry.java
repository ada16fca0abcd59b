package dev.weft.mesh.route;

import java.time.Duration;
import java.util.List;

/**
 * When a request is sent again after a failure.
 *
 * @param statuses response statuses that cause a retry
 * @param attempts most attempts after the first
 * @param backoff least delay before each of them
 */
public record Retry(List<Integer> statuses, int attempts, Duration backoff) {

    /** Most attempts after the first. */
    public static final int MAX_ATTEMPTS = 10;

    /** Most statuses. */
    public static final int MAX_STATUSES = 16;

    /** The longest backoff. */
    public static final Duration MAX_BACKOFF = Duration.ofSeconds(30);

    /** The backoff if none is given. */
    public static final Duration DEFAULT_BACKOFF = Duration.ofMillis(25);

    /** The lowest status that can cause a retry. */
    public static final int MIN_STATUS = 400;

    /** The highest status that can cause a retry. */
    public static final int MAX_STATUS = 599;

    /** @throws IllegalArgumentException if something is out of range */
    public Retry {
        statuses = Limits.checked("codes", statuses, MAX_STATUSES);
        if (statuses.stream().anyMatch(status -> status < MIN_STATUS || status > MAX_STATUS)) {
            throw new IllegalArgumentException("codes: " + statuses + " (expected: 400-599)");
        }
        Limits.checkRange("attempts", attempts, MAX_ATTEMPTS);
        if (backoff.isNegative() || backoff.compareTo(MAX_BACKOFF) > 0) {
            throw new IllegalArgumentException(
                    "backoff: " + backoff + " (expected: at most " + MAX_BACKOFF.toSeconds() + "s)");
        }
    }
}
