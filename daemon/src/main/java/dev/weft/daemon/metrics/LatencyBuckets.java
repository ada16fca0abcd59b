package dev.weft.daemon.metrics;

import java.time.Duration;
import java.util.List;

/**
 * How long requests took, as counts in fixed buckets: at most 250 µs, 500 µs, 1 ms and so on, each twice as long as the one
 * before, up to 32.8 s, and one for what took longer. Counts of several places add up.
 */
public final class LatencyBuckets {

    /** How many there are. */
    public static final int COUNT = 19;

    private static final long FIRST_MICROS = 250;
    private static final long NANOS_PER_MICRO = 1000;
    private static final long FIRST_NANOS = FIRST_MICROS * NANOS_PER_MICRO;

    private LatencyBuckets() {}

    /** The bucket of a time. */
    public static int of(long nanos) {
        if (nanos <= FIRST_NANOS) {
            return 0;
        }
        int doublings = Long.SIZE - Long.numberOfLeadingZeros((nanos - 1) / FIRST_NANOS);
        return Math.min(doublings, COUNT - 1);
    }

    /** The longest time of a bucket; of the last, twice that of the one before. */
    public static Duration end(int bucket) {
        return Duration.ofNanos(FIRST_NANOS << bucket);
    }

    /**
     * The time that a share of the requests did not exceed, evenly spread within its bucket.
     *
     * @param counts for each bucket, the first ones; buckets that are missing count nothing
     * @param share from 0 to 1, as 0.99
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
