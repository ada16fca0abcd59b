package dev.weft.cli.check;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The results of all checks. */
public record Report(String mesh, Result result, List<Line> checks) {

    public Report {
        checks = List.copyOf(checks);
    }

    /**
     * The result of one check.
     *
     * @param action what to do; empty if all is well
     * @param about a line for each thing that the reason is about
     * @param docs the section of the documentation that explains it
     */
    public record Line(String check, Result result, String reason, String action, List<String> about, String docs) {

        public Line {
            about = List.copyOf(about);
        }
    }

    /** Runs every check on the observation. */
    public static Report of(Observation seen) {
        return of(seen, Check.ALL);
    }

    static Report of(Observation seen, List<Check> checks) {
        List<Line> lines = checks.stream().map(check -> line(check, seen)).toList();
        return of(seen.mesh().name(), lines);
    }

    /** Returns the report of these results. */
    public static Report of(String mesh, List<Line> lines) {
        Result worst =
                lines.stream().map(Line::result).max(Comparator.naturalOrder()).orElse(Result.OK);
        return new Report(mesh, worst, lines);
    }

    /** Returns this report with further results. */
    public Report with(List<Line> more) {
        return of(mesh, Stream.concat(checks.stream(), more.stream()).toList());
    }

    private static Line line(Check check, Observation seen) {
        return line(check.name(), check.judge().apply(seen));
    }

    /**
     * Returns the result of a check as a line of the report.
     *
     * @param name name of its section in {@code docs/check.md}, because the line links to it
     */
    public static Line line(String name, Verdict verdict) {
        return new Line(
                name, verdict.result(), verdict.reason(), verdict.action(), verdict.about(), "docs/check.md#" + name);
    }
}
