package dev.weft.bench.measure;

import dev.weft.bench.settings.Workload;
import java.util.List;

/**
 * The figures of one pair for one workload: medians over its clean slices.
 *
 * @param cpuPerUnit CPU of both proxies for each unit of work, in the workload's unit
 * @param perSecond units per second, gigabits for bulk
 * @param p50Micros median latency, in microseconds
 * @param p99Micros 99th percentile of latency, in microseconds
 * @param proxyCores number of cores that the pair kept busy
 * @param slices number of measured slices
 * @param clean number of clean slices
 * @param disturbed whether too few slices were clean, so the least disturbed ones are used
 * @param errors number of broken connections and wrong answers over all slices
 */
public record Figure(
        String pair,
        Workload workload,
        double cpuPerUnit,
        double perSecond,
        double p50Micros,
        double p99Micros,
        double proxyCores,
        int slices,
        int clean,
        boolean disturbed,
        long errors) {

    /**
     * Summarizes slices of one pair for one workload.
     *
     * @param wanted number of clean slices for a reliable figure
     * @throws IllegalArgumentException if there is no slice
     */
    public static Figure of(List<Slice> slices, double foreignLimit, int wanted) {
        Slice any = slices.stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("slices: none (expected: 1 or more)"));
        List<Slice> clean =
                slices.stream().filter(slice -> slice.clean(foreignLimit)).toList();
        List<Slice> used = clean.size() >= wanted ? clean : leastDisturbed(slices, wanted);
        return new Figure(
                any.pair(),
                any.workload(),
                Quantiles.median(used, Slice::cpuPerUnit),
                Quantiles.median(used, Slice::perSecond),
                Quantiles.median(used, slice -> slice.result().p50Micros()),
                Quantiles.median(used, slice -> slice.result().p99Micros()),
                Quantiles.median(used, Slice::proxyCores),
                slices.size(),
                clean.size(),
                clean.size() < wanted,
                slices.stream().mapToLong(slice -> slice.result().errors()).sum());
    }

    /** Whether anything was measured: a pair that answered nothing has no figures. */
    public boolean measured() {
        return !Double.isNaN(cpuPerUnit);
    }

    private static List<Slice> leastDisturbed(List<Slice> slices, int wanted) {
        return slices.stream()
                .filter(slice -> slice.result().units() > 0)
                .sorted((one, other) -> Double.compare(one.foreignCores(), other.foreignCores()))
                .limit(wanted)
                .toList();
    }
}
