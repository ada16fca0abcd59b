package dev.weft.proxy.route;

import java.time.Duration;
import java.util.Set;

/**
 * When a request is sent once more after a response.
 *
 * @param statuses of such responses, 400 to 599
 * @param attempts how often, after the first
 * @param backoff before the first of them; it doubles with each further one
 */
public record Retry(Set<Integer> statuses, int attempts, Duration backoff) {
    /** The most attempts after the first. */
    public static final int MAX_ATTEMPTS = 10;
    /** The longest time that is waited before one. */
    public static final Duration MAX_BACKOFF = Duration.ofSeconds(30);

    private static final int MAX_STATUSES = 16;
    private static final int FIRST_ERROR = 400;
    private static final int LAST_ERROR = 599;

    public Retry {
        statuses = Set.copyOf(statuses);
        Checks.within("retry: statuses", statuses.size(), 0, MAX_STATUSES);
        statuses.forEach(status -> Checks.within("retry: status", status, FIRST_ERROR, LAST_ERROR));
        Checks.within("retry: attempts", attempts, 0, MAX_ATTEMPTS);
    }

    /** Whether a response with this status is one of those, after so many attempts beyond the first. */
    public boolean again(int status, int done) {
        return done < attempts && statuses.contains(status);
    }

    /** Milliseconds to wait before the next attempt, after so many beyond the first. */
    public long waitMillis(int done) {
        return Math.min(MAX_BACKOFF.toMillis(), backoff.toMillis() << done);
    }
}
