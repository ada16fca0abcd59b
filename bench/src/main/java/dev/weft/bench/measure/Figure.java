package dev.weft.bench.measure;

import dev.weft.bench.settings.Workload;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What the slices of one pair at one workload say: medians over the clean ones.
 *
 * @param pair whose
 * @param workload doing what
 * @param cpuPerUnit CPU of both proxies per unit of work, in the workload's unit
 * @param perSecond units per second, gigabits for bulk
 * @param p50Micros median latency
 * @param p99Micros 99th percentile of latency
 * @param proxyCores cores the pair kept busy
 * @param slices how many were measured
 * @param clean how many of them were used
 * @param disturbed whether too few were clean, so that the least disturbed stand in
 * @param errors broken connections and wrong answers over all slices
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
     * Sums up slices of one pair at one workload.
     *
     * @param wanted how many clean slices make a figure to trust
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
                median(used, Slice::cpuPerUnit),
                median(used, Slice::perSecond),
                median(used, slice -> slice.result().p50Micros()),
                median(used, slice -> slice.result().p99Micros()),
                median(used, Slice::proxyCores),
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

    private static double median(List<Slice> slices, ToDoubleFunction<Slice> of) {
        return Medians.of(slices.stream().mapToDouble(of).toArray());
    }
}
