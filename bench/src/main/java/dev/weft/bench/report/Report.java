package dev.weft.bench.report;

import dev.weft.bench.measure.Figure;
import dev.weft.bench.measure.MemoryFigure;
import dev.weft.bench.measure.Slice;
import dev.weft.bench.pairs.StartFigure;
import dev.weft.bench.proc.Machine;
import dev.weft.bench.settings.BenchSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All results of one run of the bench.
 *
 * @param time time at which the run began
 * @param machine the machine that was measured
 * @param method description of the method in one line
 * @param settings the exact settings
 * @param pairs name of each pair → program, version, configuration
 * @param warm figures after warm-up
 * @param cold figures of the first seconds of fresh pairs
 * @param memory memory of the proxies
 * @param starts starts of sidecars
 * @param slices every warm slice, including disturbed ones
 */
public record Report(
        Instant time,
        Machine machine,
        String method,
        BenchSettings settings,
        Map<String, String> pairs,
        List<Figure> warm,
        List<Figure> cold,
        List<MemoryFigure> memory,
        List<StartFigure> starts,
        List<Slice> slices) {
    private static final String USUAL_REFERENCE = "haproxy";

    /** Returns the pair to which the others are compared: HAProxy if it was measured, otherwise the first. */
    public String reference() {
        return pairs.containsKey(USUAL_REFERENCE)
                ? USUAL_REFERENCE
                : pairs.keySet().iterator().next();
    }
}
