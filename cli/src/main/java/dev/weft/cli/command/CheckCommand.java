package dev.weft.cli.command;

import dev.weft.cli.check.Observation;
import dev.weft.cli.check.Observer;
import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import dev.weft.cli.check.Verdict;
import dev.weft.cli.check.platform.CurrentPods;
import dev.weft.cli.check.platform.PlatformChecks;
import dev.weft.cli.check.platform.PodChecks;
import dev.weft.cli.cluster.ClusterMesh;
import dev.weft.cli.cluster.Kubectl;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.cli.screen.Format;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description = "Check what is wrong with a mesh, or soon will be, and what to do about it.",
        footer = {
            "  weft check",
            "  weft check --pre                          # before 'weft install'",
            "  weft check --cluster",
            "  weft check -o short                       # only problems, one per line",
            "  weft check -o json | jq '.checks[] | select(.result != \"ok\")'",
            "",
            "Exits 1 when a check fails; a warning does not count. docs/check.md explains each check.",
        })
public final class CheckCommand extends SessionCommand {

    private static final int NAME_WIDTH = 26;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = EnumConverter.CheckFormats.class,
            completionCandidates = EnumConverter.CheckFormats.class,
            description =
                    "table; short: only problems, one per line; json or yaml for programs. Default: ${DEFAULT-VALUE}.")
    private CheckFormat format = CheckFormat.TABLE;

    @Option(
            names = "--pre",
            description = "check whether Weft can be installed in the cluster, and how; asks the cluster, not a mesh")
    private boolean before;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "how long to wait for an answer; more on a busy machine. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Operator.PATIENCE;

    /** The output formats: those of every listing, and a line for each check that is not well. */
    enum CheckFormat {
        TABLE,
        JSON,
        YAML,
        SHORT
    }

    public CheckCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws IOException {
        Report report = before ? PlatformChecks.of(meshOption.kubectl(session)) : report();
        print(session.screen(), report, format);
        return report.result() == Result.FAILED ? ExitCode.FAILED : ExitCode.OK;
    }

    private Report report() throws IOException {
        try {
            return report(meshOption.mesh(session));
        } catch (CommandFailure e) {
            if (!e.code().equals(ClusterMesh.UNREACHED)) {
                throw e;
            }
            // Without the control plane, the report still shows what the API server knows of the pods.
            Kubectl kubectl = meshOption.kubectl(session);
            Verdict silent = Verdict.failed(e.what() + " (" + e.code() + ")", String.join("; ", e.advice()), List.of());
            return Report.of(kubectl.context().orElse("cluster"), List.of(Report.line("control-plane", silent)))
                    .with(PodChecks.of(kubectl));
        }
    }

    private Report report(Mesh mesh) throws IOException {
        Observation seen = Observer.observe(mesh, session.clock(), timeout);
        if (!(mesh instanceof ClusterMesh cluster)) {
            return Report.of(seen);
        }
        boolean unexplained = !seen.unconnected().isEmpty() || !seen.missing().isEmpty();
        Optional<CurrentPods> pods =
                unexplained ? CurrentPods.of(cluster.kubectl(), session.clock().instant()) : Optional.empty();
        return Report.of(pods.map(now -> seen.explainedBy(now.all(), now.startingOrEnding()))
                        .orElse(seen))
                .with(PodChecks.of(cluster.kubectl()));
    }

    static void print(Screen screen, Report report, CheckFormat format) {
        switch (format) {
            case TABLE -> table(screen, report);
            case SHORT -> shortly(screen, report);
            case JSON -> Format.JSON.print(screen, report, () -> {});
            case YAML -> Format.YAML.print(screen, report, () -> {});
        }
    }

    private static void table(Screen screen, Report report) {
        for (Report.Line line : report.checks()) {
            if (line.result() == Result.UNKNOWN) {
                continue;
            }
            String name = line.check() + " ".repeat(NAME_WIDTH - line.check().length());
            screen.text(
                    mark(screen, line.result()) + " " + screen.paint(Style.STRONG, name) + " " + line.reason(),
                    NAME_WIDTH + 3);
            line.about().forEach(each -> screen.text("    " + each));
            if (!line.action().isEmpty()) {
                screen.text("  → " + line.action());
                screen.line("    " + screen.paint(Style.FAINT, line.docs()));
            }
        }
        unknown(report.checks())
                .forEach((reason, checks) -> screen.text(screen.paint(Style.WARNING, "?") + " not known, because "
                        + reason + ": " + String.join(", ", checks)));
        screen.line("");
        screen.line(summary(report.checks()));
    }

    /** Groups the checks with unknown results by reason: a line for each cause, not for each check. */
    private static Map<String, List<String>> unknown(List<Report.Line> lines) {
        return lines.stream()
                .filter(line -> line.result() == Result.UNKNOWN)
                .collect(Collectors.groupingBy(
                        Report.Line::reason,
                        LinkedHashMap::new,
                        Collectors.mapping(Report.Line::check, Collectors.toList())));
    }

    private static void shortly(Screen screen, Report report) {
        report.checks().stream()
                .filter(line -> line.result() == Result.WARNING || line.result() == Result.FAILED)
                .forEach(line -> screen.line(line.result().word() + " " + line.check() + ": " + line.reason()));
        unknown(report.checks())
                .forEach((reason, checks) -> screen.line("unknown " + String.join(",", checks) + ": " + reason));
    }

    private static String mark(Screen screen, Result result) {
        return switch (result) {
            case OK -> screen.paint(Style.GOOD, "✓");
            case UNKNOWN -> screen.paint(Style.WARNING, "?");
            case WARNING -> screen.paint(Style.WARNING, "!");
            case FAILED -> screen.paint(Style.BAD, "✗");
        };
    }

    private static String summary(List<Report.Line> lines) {
        long warnings =
                lines.stream().filter(line -> line.result() == Result.WARNING).count();
        long failed =
                lines.stream().filter(line -> line.result() == Result.FAILED).count();
        long unknown =
                lines.stream().filter(line -> line.result() == Result.UNKNOWN).count();
        String all = lines.size() + " checks";
        if (warnings + failed + unknown == 0) {
            return all + ", all well";
        }
        return all + ": " + failed + " failed, " + warnings + (warnings == 1 ? " warning" : " warnings")
                + (unknown == 0 ? "" : ", " + unknown + " not known");
    }
}
