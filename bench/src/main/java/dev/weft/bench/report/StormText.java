package dev.weft.bench.report;

import dev.weft.bench.issuing.IssuingFigure;
import dev.weft.bench.issuing.IssuingReport;
import dev.weft.bench.storm.StormReport;
import java.util.List;
import java.util.Locale;

/** Formats the figures of the control plane for a terminal. */
public final class StormText {
    private StormText() {}

    /** Formats the cost of issuing. */
    public static String render(IssuingReport report) {
        StringBuilder out = new StringBuilder("machine: " + report.machine().toLine() + "\n");
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
        table.renderTo(out);
        return out.toString();
    }

    /** Formats the figures of a storm. */
    public static String render(StormReport report) {
        StringBuilder out = new StringBuilder("machine: " + report.machine().toLine() + "\n");
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
        table.renderTo(out);
        return out.toString();
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
