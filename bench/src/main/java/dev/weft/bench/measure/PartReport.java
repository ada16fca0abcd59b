package dev.weft.bench.measure;

import dev.weft.bench.proc.Machine;
import java.time.Instant;
import java.util.List;

/**
 * What one part costs alone.
 *
 * @param time time at which the measurement began
 * @param machine the machine that was measured
 * @param figures the costs, one for each thing that was measured
 * @param <F> type of a figure
 */
public record PartReport<F>(Instant time, Machine machine, List<F> figures) {}
