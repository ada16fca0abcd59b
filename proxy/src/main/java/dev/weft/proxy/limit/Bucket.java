package dev.weft.proxy.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket that holds one number, the time at which it will be full again (the generic cell rate algorithm). Rate
 * and burst are given at each take, so that they can change while it is in use. Safe for use by several threads; takes
 * no lock and no memory.
 */
final class Bucket {
    private final AtomicLong fullAt;
    private volatile boolean retired;

    /** Creates a full bucket, at this time of {@link System#nanoTime}. */
    Bucket(long now) {
        fullAt = new AtomicLong(now);
    }

    /**
     * Takes a token, and returns whether there was one.
     *
     * @param interval time in which one token is added, in nanoseconds
     * @param burst number of tokens in a full bucket
     */
    boolean take(long now, long interval, int burst) {
        long tolerated = interval * (burst - 1);
        long empty = now + interval * burst;
        while (true) {
            long full = fullAt.get();
            if (full - empty > 0) {
                // It was emptied at a lower rate, or with a larger burst: it owes no more than an empty bucket.
                fullAt.compareAndSet(full, empty);
                continue;
            }
            long from = full - now > 0 ? full : now;
            if (from - now > tolerated) {
                return false;
            }
            if (fullAt.compareAndSet(full, from + interval)) {
                return true;
            }
        }
    }

    /** Whether the bucket is full, as if it had never been used. */
    boolean full(long now) {
        return fullAt.get() - now <= 0;
    }

    /** Marks the bucket as removed from its table: its user must get another one. */
    void retire() {
        retired = true;
    }

    boolean retired() {
        return retired;
    }
}
