package dev.weft.bench.report;

import static dev.weft.bench.report.Table.number;

import dev.weft.bench.codec.CodecFigure;
import dev.weft.bench.issuing.IssuingFigure;
import dev.weft.bench.measure.PartReport;
import dev.weft.bench.proc.Machine;
import dev.weft.bench.registry.RegistryFigure;
import dev.weft.bench.storm.StormReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Formats the reports of single parts for a terminal. */
public final class PartText {
    private PartText() {}

    /** Formats CPU time and allocations of codecs, each with its ratio to Weft's own codec. */
    public static String codec(PartReport<CodecFigure> report) {
        Map<String, List<CodecFigure>> byLoad = new LinkedHashMap<>();
        report.figures()
                .forEach(figure -> byLoad.computeIfAbsent(figure.load(), _ -> new ArrayList<>())
                        .add(figure));
        return text(
                report.machine(),
                codec("CPU of both ends, µs for each exchange (weft = 1.00)", byLoad, CodecFigure::micros),
                codec("Heap allocated by both ends, octets for each exchange", byLoad, CodecFigure::allocated));
    }

    private static Table codec(
            String title, Map<String, List<CodecFigure>> byLoad, ToDoubleFunction<CodecFigure> value) {
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
        return table;
    }

    /** Formats the cost of issuing. */
    public static String issuing(PartReport<IssuingFigure> report) {
        Table table = new Table(
                "CPU of issuing, one thread, the JVM of a control plane",
                List.of("µs", "a second and core", "µs, first 200", "a second and core"));
        for (IssuingFigure figure : report.figures()) {
            table.row(
                    figure.step(),
                    List.of(
                            number(figure.warmMicros()),
                            number(figure.perSecond()),
                            number(figure.coldMicros()),
                            number(figure.coldPerSecond())));
        }
        return text(report.machine(), table);
    }

    /** Formats the figures of a storm. */
    public static String storm(StormReport report) {
        Table table = new Table(
                "%,d sidecars at once, from %d addresses".formatted(report.sidecars(), report.addresses()),
                List.of(""));
        table.row("all have a certificate, s", List.of(number(report.secondsToCertificates())));
        table.row(
                "    p50 / p99 / last, s",
                List.of(number(report.p50Seconds()) + " / " + number(report.p99Seconds()) + " / "
                        + number(report.lastSeconds())));
        table.row("all have a stream and their configuration, s", List.of(number(report.secondsToStreams())));
        table.row("attempts that failed", List.of(number((double) report.failures())));
        report.failuresByReason().forEach((reason, count) -> table.row("    " + reason, List.of(Long.toString(count))));
        table.row("CPU of the control plane, s", List.of(number(report.controlCpuSeconds())));
        table.row(
                "its memory before / peak / after, MiB",
                List.of(number(report.residentBeforeMib()) + " / " + number(report.residentPeakMib()) + " / "
                        + number(report.residentAfterMib())));
        return text(report.machine(), table);
    }

    /** Formats the cost of registry changes, with a column for each size of the mesh. */
    public static String registry(PartReport<RegistryFigure> report) {
        Map<String, Function<RegistryFigure, String>> rows = new LinkedHashMap<>();
        rows.put("Services", figure -> whole(figure.services()));
        rows.put("policies", figure -> whole(figure.policies()));
        rows.put("sidecars with a stream", figure -> whole(figure.streams()));
        rows.put("CPU of all at the start, ms", figure -> number(figure.beginCpuMillis()));
        rows.put("CPU of a change that nobody is told, ms", figure -> number(figure.quietCpuMillis()));
        rows.put("CPU of a change that is told, ms", figure -> number(figure.toldCpuMillis()));
        rows.put("    to so many sidecars", figure -> number(figure.toldStreams()));
        rows.put("changes a second for a while", figure -> number(figure.perSecond()));
        rows.put(
                "    until a sidecar has it, p50 / p99, ms",
                figure -> number(figure.p50Millis()) + " / " + number(figure.p99Millis()));
        rows.put("    cores", figure -> number(figure.cores()));
        rows.put("    responses to sidecars not concerned", figure -> whole(figure.unconcerned()));
        rows.put("CPU of a change of 5,000 endpoints, ms", figure -> number(figure.largeCpuMillis()));
        rows.put("    bytes to each of 100 sidecars", figure -> whole((int) figure.largeOctets()));
        rows.put("live heap, MiB", figure -> number(figure.heapMib()));
        rows.put("most memory of the process, MiB", figure -> number(figure.peakMib()));
        Table table = new Table(
                "One pod comes or goes",
                report.figures().stream()
                        .map(figure -> "%,d workloads".formatted(figure.workloads()))
                        .toList());
        rows.forEach((title, cell) ->
                table.row(title, report.figures().stream().map(cell).toList()));
        return text(report.machine(), table);
    }

    private static String whole(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String text(Machine machine, Table... tables) {
        StringBuilder out = new StringBuilder("machine: " + machine.toLine() + "\n");
        for (Table table : tables) {
            table.renderTo(out);
        }
        return out.toString();
    }
}
