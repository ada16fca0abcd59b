package dev.weft.proxy.route;

import org.jspecify.annotations.Nullable;

/** Counts how often one request has been retried because its rule asks for it. Belongs to one event loop. */
public final class RouteRetries {
    private final int least;
    private @Nullable Retry retry;
    private int done;

    /** @param least number of endpoints that may be tried for a request without a retry rule */
    public RouteRetries(int least) {
        this.least = least;
    }

    /** Sets the retry settings of the request's rule; null if it has none. */
    public void by(@Nullable Retry ofRule) {
        retry = ofRule;
    }

    /** Whether the rule asks for retries. */
    public boolean asked() {
        return retry != null;
    }

    /** Returns the most attempts for the request, including the first. */
    public int most() {
        return retry == null ? least : Math.max(least, 1 + retry.attempts());
    }

    /** Whether the rule asks for another attempt after a response with this status. */
    public boolean wantsAfter(int status) {
        return retry != null && retry.again(status, done);
    }

    /** Whether the rule allows another attempt after one without a response. */
    public boolean hasNext() {
        return retry != null && done < retry.attempts();
    }

    /** Counts another attempt. Returns how long to wait before it, in milliseconds. */
    public long next() {
        return retry == null ? 0 : retry.waitMillis(done++);
    }
}
