package dev.weft.control.certify;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A token bucket for each caller, for a limited number of recent callers. Safe for use by several threads.
 *
 * <p>A caller that newer ones displace starts again with a full bucket: the aim is bounded memory, not exactness.
 */
public final class RateLimiter {

    private static final double NANOS_PER_SECOND = 1e9;

    private static final class Bucket {
        double tokens;
        long nanos;

        Bucket(double tokens, long nanos) {
            this.tokens = tokens;
            this.nanos = nanos;
        }
    }

    private final double perSecond;
    private final int burst;
    private final int maxCallers;
    private final Clock clock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /** Allows each caller {@code perSecond} sustained and {@code burst} at once; remembers {@code maxCallers}. */
    public RateLimiter(double perSecond, int burst, int maxCallers, Clock clock) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.maxCallers = maxCallers;
        this.clock = clock;
    }

    /** Whether one more request of this caller is within the limit now; if so, it is counted. */
    public synchronized boolean tryAcquire(String caller) {
        long now = Math.multiplyExact(clock.millis(), 1_000_000L);
        Bucket bucket = buckets.computeIfAbsent(caller, _ -> new Bucket(burst, now));
        double refill = Math.max(0, now - bucket.nanos) / NANOS_PER_SECOND * perSecond;
        bucket.tokens = Math.min(burst, bucket.tokens + refill);
        bucket.nanos = now;
        if (buckets.size() > maxCallers) {
            buckets.remove(buckets.keySet().iterator().next());
        }
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens -= 1;
        return true;
    }

    /** Takes back what was counted last for this caller, because the request did not take place. */
    public synchronized void giveBack(String caller) {
        Bucket bucket = buckets.get(caller);
        if (bucket != null) {
            bucket.tokens = Math.min(burst, bucket.tokens + 1);
        }
    }
}
