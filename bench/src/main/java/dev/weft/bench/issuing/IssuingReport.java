package dev.weft.bench.issuing;

import dev.weft.bench.proc.Machine;
import java.time.Instant;
import java.util.List;

/**
 * What issuing costs.
 *
 * @param time when it began
 * @param machine on what
 * @param figures by step
 */
public record IssuingReport(Instant time, Machine machine, List<IssuingFigure> figures) {}
