package dev.weft.bench.measure;

import dev.weft.bench.load.LoadResult;
import dev.weft.bench.settings.Workload;

/**
 * One short measurement of one pair.
 *
 * @param pair whose
 * @param workload doing what
 * @param seconds how long
 * @param cpuSeconds CPU time of both proxies
 * @param foreignCores cores that others than the bench kept busy meanwhile
 * @param result what the load generator saw
 */
public record Slice(
        String pair, Workload workload, double seconds, double cpuSeconds, double foreignCores, LoadResult result) {
    private static final double GIB = 1L << 30;
    private static final double BITS_PER_GIGABIT = 1e9 / 8;
    private static final double MICROS_PER_SECOND = 1e6;

    /** Whether anything was done, all of it right, with less than so much CPU taken by others. */
    public boolean clean(double foreignLimit) {
        return result.errors() == 0 && result.units() > 0 && foreignCores <= foreignLimit;
    }

    /** CPU of the pair per unit of work, in the workload's unit. */
    public double cpuPerUnit() {
        double units = workload == Workload.BULK ? result.bytes() / GIB : result.units();
        return cpuSeconds * workload.cpuScale() / units;
    }

    /** Units of work per second; gigabits per second for bulk. */
    public double perSecond() {
        double loadSeconds = result.micros() / MICROS_PER_SECOND;
        return workload == Workload.BULK
                ? result.bytes() / BITS_PER_GIGABIT / loadSeconds
                : result.units() / loadSeconds;
    }

    /** Cores that the pair kept busy: near 1 when it, and not the load, was the limit. */
    public double proxyCores() {
        return cpuSeconds / seconds;
    }
}
