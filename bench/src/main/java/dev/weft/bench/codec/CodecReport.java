package dev.weft.bench.codec;

import dev.weft.bench.proc.Machine;
import java.time.Instant;
import java.util.List;

/**
 * What codecs of HTTP/2 cost.
 *
 * @param time time at which the measurement began
 * @param machine the machine that was measured
 * @param figures one figure for each load and codec
 */
public record CodecReport(Instant time, Machine machine, List<CodecFigure> figures) {}
