package dev.weft.proxy.route;

import java.time.Duration;
import java.util.Set;

/**
 * When a request is sent again after a response.
 *
 * @param statuses statuses of the responses that are retried, 400 to 599
 * @param attempts number of retries after the first attempt
 * @param backoff wait before the first retry; it doubles with each further retry
 */
public record Retry(Set<Integer> statuses, int attempts, Duration backoff) {
    /** The most retries after the first attempt. */
    public static final int MAX_ATTEMPTS = 10;
    /** The longest wait before a retry. */
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

    /** Whether a response with this status is retried, after this many retries. */
    public boolean again(int status, int done) {
        return done < attempts && statuses.contains(status);
    }

    /** Returns how long to wait before the next attempt, in milliseconds, after this many retries. */
    public long waitMillis(int done) {
        return Math.min(MAX_BACKOFF.toMillis(), backoff.toMillis() << done);
    }
}
