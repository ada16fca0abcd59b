package dev.weft.bench.measure;

import dev.weft.bench.load.LoadResult;
import dev.weft.bench.settings.Workload;

/**
 * One short measurement of one pair.
 *
 * @param seconds length in seconds
 * @param cpuSeconds CPU seconds of both proxies
 * @param foreignCores number of cores that other programs kept busy meanwhile
 * @param result result of the load generator
 */
public record Slice(
        String pair, Workload workload, double seconds, double cpuSeconds, double foreignCores, LoadResult result) {
    private static final double GIB = 1L << 30;
    private static final double BYTES_PER_GIGABIT = 1e9 / 8;
    private static final double MICROS_PER_SECOND = 1e6;

    /** Whether work was done, without errors, and other programs kept at most this many cores busy. */
    public boolean clean(double foreignLimit) {
        return result.errors() == 0 && result.units() > 0 && foreignCores <= foreignLimit;
    }

    /** Returns the pair's CPU for each unit of work, in the workload's unit. */
    public double cpuPerUnit() {
        double units = workload == Workload.BULK ? result.bytes() / GIB : result.units();
        return cpuSeconds * workload.cpuScale() / units;
    }

    /** Returns units of work per second; gigabits per second for bulk. */
    public double perSecond() {
        double loadSeconds = result.micros() / MICROS_PER_SECOND;
        return workload == Workload.BULK
                ? result.bytes() / BYTES_PER_GIGABIT / loadSeconds
                : result.units() / loadSeconds;
    }

    /** Returns the number of cores that the pair kept busy. Near 1, the pair was the limit and not the load. */
    public double proxyCores() {
        return cpuSeconds / seconds;
    }
}
