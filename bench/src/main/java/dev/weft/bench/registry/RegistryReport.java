package dev.weft.bench.registry;

import dev.weft.bench.proc.Machine;
import java.time.Instant;
import java.util.List;

/**
 * What changes cost, by the size of the mesh.
 *
 * @param time when it began
 * @param machine on what
 * @param figures one a size
 */
public record RegistryReport(Instant time, Machine machine, List<RegistryFigure> figures) {}
