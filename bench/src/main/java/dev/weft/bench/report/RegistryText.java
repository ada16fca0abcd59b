package dev.weft.bench.report;

import dev.weft.bench.registry.RegistryFigure;
import dev.weft.bench.registry.RegistryReport;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Formats the cost of registry changes for a terminal. */
public final class RegistryText {
    private RegistryText() {}

    /** Returns a table with a column for each size of the mesh. */
    public static String render(RegistryReport report) {
        StringBuilder out = new StringBuilder("machine: " + report.machine().toLine() + "\n");
        Table table = new Table(
                "One pod comes or goes",
                report.figures().stream()
                        .map(figure -> "%,d workloads".formatted(figure.workloads()))
                        .toList());
        row(table, report, "Services", figure -> whole(figure.services()));
        row(table, report, "policies", figure -> whole(figure.policies()));
        row(table, report, "sidecars with a stream", figure -> whole(figure.streams()));
        row(table, report, "CPU of all at the start, ms", figure -> number(figure.beginCpuMillis()));
        row(table, report, "CPU of a change that nobody is told, ms", figure -> number(figure.quietCpuMillis()));
        row(table, report, "CPU of a change that is told, ms", figure -> number(figure.toldCpuMillis()));
        row(table, report, "    to so many sidecars", figure -> number(figure.toldStreams()));
        row(table, report, "changes a second for a while", figure -> number(figure.perSecond()));
        row(
                table,
                report,
                "    until a sidecar has it, p50 / p99, ms",
                figure -> number(figure.p50Millis()) + " / " + number(figure.p99Millis()));
        row(table, report, "    cores", figure -> number(figure.cores()));
        row(table, report, "    responses to sidecars not concerned", figure -> whole(figure.unconcerned()));
        row(table, report, "CPU of a change of 5,000 endpoints, ms", figure -> number(figure.largeCpuMillis()));
        row(table, report, "    bytes to each of 100 sidecars", figure -> whole((int) figure.largeOctets()));
        row(table, report, "live heap, MiB", figure -> number(figure.heapMib()));
        row(table, report, "most memory of the process, MiB", figure -> number(figure.peakMib()));
        table.renderTo(out);
        return out.toString();
    }

    private static void row(Table table, RegistryReport report, String title, Function<RegistryFigure, String> cell) {
        List<String> cells = report.figures().stream().map(cell).toList();
        table.row(title, cells);
    }

    private static String whole(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String number(double value) {
        return Double.isNaN(value)
                ? "-"
                : String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
