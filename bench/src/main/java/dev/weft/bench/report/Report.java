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
 * All that one run of the bench found out.
 *
 * @param time when it began
 * @param machine on what
 * @param method how, in one line
 * @param settings how, exactly
 * @param pairs name of each pair → program, version, configuration
 * @param warm figures after warm-up
 * @param cold figures of the first seconds of fresh pairs
 * @param memory of the proxies
 * @param starts of sidecars
 * @param slices every warm slice, disturbed ones included
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

    /** The pair that the others are set in relation to: HAProxy's where it is measured, else the first. */
    public String reference() {
        return pairs.containsKey(USUAL_REFERENCE)
                ? USUAL_REFERENCE
                : pairs.keySet().iterator().next();
    }
}
