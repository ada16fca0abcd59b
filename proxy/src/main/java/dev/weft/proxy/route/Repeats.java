package dev.weft.proxy.route;

import org.jspecify.annotations.Nullable;

/** How often one request was sent once more because its rule asks for it. Belongs to one event loop. */
public final class Repeats {
    private final int least;
    private @Nullable Retry retry;
    private int done;

    /** @param least endpoints that are tried for a request, whatever its rule says */
    public Repeats(int least) {
        this.least = least;
    }

    /** What the request's rule says of it, if anything. */
    public void by(@Nullable Retry ofRule) {
        retry = ofRule;
    }

    /** Whether the rule has something tried again. */
    public boolean asked() {
        return retry != null;
    }

    /** Attempts for the request, at the most. */
    public int most() {
        return retry == null ? least : Math.max(least, 1 + retry.attempts());
    }

    /** Whether the rule asks for another attempt after a response with this status. */
    public boolean wantsAfter(int status) {
        return retry != null && retry.again(status, done);
    }

    /** Whether there may be another attempt after one that brought no response: it took too long, or its session was lost. */
    public boolean hasLeft() {
        return retry == null || done < retry.attempts();
    }

    /** Another attempt is made. Returns the milliseconds to wait before it. */
    public long next() {
        return retry == null ? 0 : retry.waitMillis(done++);
    }

    /** Whether endpoints that had the request may have it again. */
    public boolean begun() {
        return done > 0;
    }
}
