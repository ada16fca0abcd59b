package dev.weft.bench.measure;

import java.util.Arrays;

/** The middle of some numbers. */
public final class Medians {
    private Medians() {}

    /** The median; the mean of the middle two of an even count; NaN of none. */
    public static double of(double... values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
