package dev.weft.bench.report;

import dev.weft.bench.codec.CodecFigure;
import dev.weft.bench.codec.CodecReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Formats the costs of codecs for a terminal. */
public final class CodecText {
    private CodecText() {}

    /** Formats CPU time and allocations, each with its ratio to Weft's own codec. */
    public static String render(CodecReport report) {
        StringBuilder out = new StringBuilder("machine: " + report.machine().toLine() + "\n");
        Map<String, List<CodecFigure>> byLoad = new LinkedHashMap<>();
        report.figures()
                .forEach(figure -> byLoad.computeIfAbsent(figure.load(), _ -> new ArrayList<>())
                        .add(figure));
        table("CPU of both ends, µs for each exchange (weft = 1.00)", byLoad, CodecFigure::micros, out);
        table("Heap allocated by both ends, octets for each exchange", byLoad, CodecFigure::allocated, out);
        return out.toString();
    }

    private static void table(
            String title,
            Map<String, List<CodecFigure>> byLoad,
            ToDoubleFunction<CodecFigure> value,
            StringBuilder out) {
        Table table = new Table(
                title,
                byLoad.values().iterator().next().stream()
                        .map(CodecFigure::codec)
                        .toList());
        byLoad.forEach((load, figures) -> {
            double own = value.applyAsDouble(figures.getFirst());
            table.row(
                    load,
                    figures.stream()
                            .map(value::applyAsDouble)
                            .map(each -> String.format(
                                    Locale.ROOT, each < 100 ? "%.2f  %.1f" : "%.2f  %,.0f", each / own, each))
                            .toList());
        });
        table.renderTo(out);
    }
}
