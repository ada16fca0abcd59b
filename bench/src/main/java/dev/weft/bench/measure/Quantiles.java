package dev.weft.bench.measure;

import java.util.Collection;
import java.util.function.ToDoubleFunction;

/** Computes medians and other quantiles. */
public final class Quantiles {
    private Quantiles() {}

    /** Returns the median of a value of all items; for an even count the mean of the middle two; NaN without items. */
    public static <T> double median(Collection<T> items, ToDoubleFunction<? super T> value) {
        double[] sorted = items.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        if (sorted.length % 2 == 1) {
            return sorted[middle];
        }
        return sorted.length == 0 ? Double.NaN : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * Returns the value that a share of all values does not exceed; NaN without values.
     *
     * @param part the share, 0 to 1
     */
    public static double of(Collection<Long> values, double part) {
        long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.clamp((long) Math.ceil(part * sorted.length) - 1, 0, sorted.length - 1)];
    }
}
