package dev.weft.proxy.http2.flood;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Allows a burst, and after it a number of events a second. Not safe for use by several threads. */
public final class TokenBucket {
    private final int burst;
    private final long nanosPerToken;
    private final LongSupplier nanoTime;
    private long tokens;
    private long filledAt;

    /** Makes a full bucket. */
    public TokenBucket(int burst, int perSecond, LongSupplier nanoTime) {
        this.burst = burst;
        this.nanosPerToken = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.nanoTime = nanoTime;
        this.tokens = burst;
        this.filledAt = nanoTime.getAsLong();
    }

    /** Takes one token; returns false if there is none. The clock is read only when the burst is used up. */
    public boolean take() {
        if (tokens == 0) {
            long now = nanoTime.getAsLong();
            long due = (now - filledAt) / nanosPerToken;
            tokens = Math.min(burst, due);
            filledAt = now - (due > burst ? 0 : (now - filledAt) % nanosPerToken);
        }
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }
}
