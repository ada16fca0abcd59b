package dev.weft.bench.issuing;

import dev.weft.bench.proc.Machine;
import java.time.Instant;
import java.util.List;

/**
 * The cost of issuing.
 *
 * @param time time at which the measurement began
 * @param machine the machine that was measured
 * @param figures one figure for each step
 */
public record IssuingReport(Instant time, Machine machine, List<IssuingFigure> figures) {}
