package dev.weft.daemon.metrics;

import java.time.Duration;
import java.util.List;

/**
 * Fixed buckets for the durations of requests: at most 250 µs, 500 µs, 1 ms and so on, each twice as long as the one
 * before, up to 32.8 s, and one for longer durations. Counts of several processes can be added.
 */
public final class LatencyBuckets {

    /** Number of buckets. */
    public static final int COUNT = 19;

    private static final long FIRST_NANOS = 250_000;

    private LatencyBuckets() {}

    /** Returns the bucket of a duration in nanoseconds. */
    public static int of(long nanos) {
        if (nanos <= FIRST_NANOS) {
            return 0;
        }
        int doublings = Long.SIZE - Long.numberOfLeadingZeros((nanos - 1) / FIRST_NANOS);
        return Math.min(doublings, COUNT - 1);
    }

    /** Returns the longest duration of a bucket; for the last bucket, twice that of the one before. */
    public static Duration end(int bucket) {
        return Duration.ofNanos(FIRST_NANOS << bucket);
    }

    /**
     * Returns the duration that a share of the requests did not exceed. Within a bucket, durations count as evenly
     * distributed.
     *
     * @param counts count of each bucket, from the first; missing buckets count as 0
     * @param share from 0 to 1, such as 0.99
     * @return zero if nothing was counted
     */
    public static Duration quantile(List<Long> counts, double share) {
        long total = counts.stream().mapToLong(Long::longValue).sum();
        double rank = share * total;
        long before = 0;
        for (int i = 0; i < counts.size(); i++) {
            long count = counts.get(i);
            if (count > 0 && before + count >= rank) {
                long begin = i == 0 ? 0 : end(i - 1).toNanos();
                double within = Math.max(0, rank - before) / count;
                return Duration.ofNanos(begin + (long) ((end(i).toNanos() - begin) * within));
            }
            before += count;
        }
        return Duration.ZERO;
    }
}
