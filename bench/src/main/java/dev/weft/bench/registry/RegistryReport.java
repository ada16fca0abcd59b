package dev.weft.bench.registry;

import dev.weft.bench.proc.Machine;
import java.time.Instant;
import java.util.List;

/**
 * The cost of changes, by the size of the mesh.
 *
 * @param time time at which the measurement began
 * @param machine the machine that was measured
 * @param figures one figure for each size
 */
public record RegistryReport(Instant time, Machine machine, List<RegistryFigure> figures) {}
