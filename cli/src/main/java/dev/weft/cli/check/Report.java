package dev.weft.cli.check;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What all checks came to.
 *
 * @param result the worst of them
 */
public record Report(String mesh, Result result, List<Line> checks) {

    public Report {
        checks = List.copyOf(checks);
    }

    /**
     * One check.
     *
     * @param check its name
     * @param reason what was found
     * @param action what to do; empty when it is well
     * @param about a line for each thing that the reason speaks of
     * @param docs where it is explained
     */
    public record Line(String check, Result result, String reason, String action, List<String> about, String docs) {

        public Line {
            about = List.copyOf(about);
        }
    }

    /** Holds every check against the observation. */
    public static Report of(Observation seen) {
        return of(seen, Check.ALL);
    }

    static Report of(Observation seen, List<Check> checks) {
        List<Line> lines = checks.stream().map(check -> line(check, seen)).toList();
        return of(seen.mesh().name(), lines);
    }

    /** Of these checks. */
    public static Report of(String mesh, List<Line> lines) {
        Result worst =
                lines.stream().map(Line::result).max(Comparator.naturalOrder()).orElse(Result.OK);
        return new Report(mesh, worst, lines);
    }

    /** The same and these checks besides. */
    public Report with(List<Line> more) {
        return of(mesh, Stream.concat(checks.stream(), more.stream()).toList());
    }

    private static Line line(Check check, Observation seen) {
        return line(check.name(), check.judge().apply(seen));
    }

    /**
     * What a check came to.
     *
     * @param name of its section in {@code docs/check.md}
     */
    public static Line line(String name, Verdict verdict) {
        return new Line(
                name, verdict.result(), verdict.reason(), verdict.action(), verdict.about(), "docs/check.md#" + name);
    }
}
