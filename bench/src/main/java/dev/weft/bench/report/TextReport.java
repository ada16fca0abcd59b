package dev.weft.bench.report;

import static dev.weft.bench.report.Table.number;

import dev.weft.bench.measure.Figure;
import dev.weft.bench.measure.MemoryFigure;
import dev.weft.bench.measure.Quantiles;
import dev.weft.bench.pairs.StartFigure;
import dev.weft.bench.proc.Memory;
import dev.weft.bench.settings.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Formats the report for a terminal. */
public final class TextReport {
    private static final double KIB_PER_MIB = 1024;

    private final Report report;
    private final List<String> pairs;

    private TextReport(Report report) {
        this.report = report;
        this.pairs = List.copyOf(report.pairs().keySet());
    }

    /** Returns the whole text: tables, and the notes that are needed to read them. */
    public static String render(Report report) {
        TextReport text = new TextReport(report);
        StringBuilder out = new StringBuilder();
        out.append("machine: ").append(report.machine().toLine()).append('\n');
        out.append("method:  ").append(report.method()).append('\n');
        report.pairs().forEach((name, what) -> out.append("%-8s %s%n".formatted(name + ":", what)));
        text.comparison(out, "CPU of both proxies per unit of work, warm", report.warm());
        text.comparison(
                out, "CPU of both proxies per unit of work, cold: first seconds of fresh proxies", report.cold());
        text.speed(out);
        text.memory(out);
        text.starts(out);
        text.warnings(out);
        return out.toString();
    }

    private void comparison(StringBuilder out, String title, List<Figure> figures) {
        if (figures.isEmpty()) {
            return;
        }
        Table table = new Table(title + " (" + report.reference() + " = 1.00)", pairs);
        for (Workload workload : measured(figures)) {
            Optional<Figure> reference = find(figures, workload, report.reference());
            table.row(
                    workload.title() + ", " + workload.cpuUnit(),
                    cells(
                            figures,
                            workload,
                            figure -> "%s %7s"
                                    .formatted(
                                            ratio(figure, reference),
                                            number(figure.cpuPerUnit()) + (figure.disturbed() ? "~" : ""))));
        }
        table.renderTo(out);
    }

    private void speed(StringBuilder out) {
        Table table = new Table("Speed and latency, warm", pairs);
        for (Workload workload : measured(report.warm())) {
            String unit = workload == Workload.BULK ? ", Gbit/s" : ", per second";
            table.row(workload.title() + unit, cells(report.warm(), workload, figure -> number(figure.perSecond())));
            if (workload != Workload.BULK) {
                table.row(
                        "    p50 / p99, µs",
                        cells(
                                report.warm(),
                                workload,
                                figure -> number(figure.p50Micros()) + " / " + number(figure.p99Micros())));
            }
            table.row(
                    "    cores busy with proxying",
                    cells(report.warm(), workload, figure -> "%.2f".formatted(figure.proxyCores())));
        }
        table.renderTo(out);
    }

    private void memory(StringBuilder out) {
        if (report.memory().isEmpty()) {
            return;
        }
        Table table = new Table("Memory of the client's / the server's proxy, MiB resident (proportional)", pairs);
        List<MemoryFigure.State> measured = Stream.of(MemoryFigure.State.values())
                .filter(state -> report.memory().stream().anyMatch(figure -> figure.state() == state))
                .toList();
        for (MemoryFigure.State state : measured) {
            table.row(
                    state.title(),
                    pairs.stream()
                            .map(pair -> report.memory().stream()
                                    .filter(figure -> figure.pair().equals(pair) && figure.state() == state)
                                    .findFirst()
                                    .map(figure -> mib(figure.client()) + " / " + mib(figure.server()))
                                    .orElse("-"))
                            .toList());
        }
        table.renderTo(out);
    }

    private void starts(StringBuilder out) {
        for (String pair : pairs) {
            List<StartFigure> own = report.starts().stream()
                    .filter(start -> start.pair().equals(pair))
                    .toList();
            if (!own.isEmpty()) {
                out.append(
                        "\nStart to ready of one sidecar of %s, the machine at rest, median of %d: %s ms, %s ms of CPU%n"
                                .formatted(
                                        pair,
                                        own.size(),
                                        number(Quantiles.median(own, StartFigure::millisToReady)),
                                        number(Quantiles.median(own, StartFigure::cpuMillisToReady))));
            }
        }
    }

    private void warnings(StringBuilder out) {
        List<Figure> all = new ArrayList<>(report.warm());
        all.addAll(report.cold());
        if (all.stream().anyMatch(Figure::disturbed)) {
            out.append("\n"
                    + "~ others used the machine during too many slices: the least disturbed ones stand in, don't"
                    + " trust these\n");
        }
        for (Figure figure : all) {
            if (figure.errors() > 0) {
                out.append("\n! %s, %s: %d errors%n"
                        .formatted(figure.pair(), figure.workload().title(), figure.errors()));
            }
        }
    }

    private static List<Workload> measured(List<Figure> figures) {
        return Stream.of(Workload.values())
                .filter(workload -> figures.stream().anyMatch(figure -> figure.workload() == workload))
                .toList();
    }

    private List<String> cells(List<Figure> figures, Workload workload, Function<Figure, String> cell) {
        return pairs.stream()
                .map(pair -> find(figures, workload, pair)
                        .filter(Figure::measured)
                        .map(cell)
                        .orElse("-"))
                .toList();
    }

    private static Optional<Figure> find(List<Figure> figures, Workload workload, String pair) {
        return figures.stream()
                .filter(figure -> figure.workload() == workload && figure.pair().equals(pair))
                .findFirst();
    }

    private static String ratio(Figure figure, Optional<Figure> reference) {
        return reference
                .filter(Figure::measured)
                .map(base -> String.format(Locale.ROOT, "%.2f", figure.cpuPerUnit() / base.cpuPerUnit()))
                .orElse("-");
    }

    private static String mib(Memory memory) {
        return "%.0f (%.0f)".formatted(memory.residentKib() / KIB_PER_MIB, memory.proportionalKib() / KIB_PER_MIB);
    }
}
