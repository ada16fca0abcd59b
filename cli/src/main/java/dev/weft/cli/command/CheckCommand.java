package dev.weft.cli.command;

import dev.weft.cli.check.Observer;
import dev.weft.cli.check.Report;
import dev.weft.cli.check.Result;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Format;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.local.inspect.MeshHandle;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft check}: what is wrong with a mesh, or soon will be, and what to do about it. */
@Command(
        name = "check",
        description = "What is wrong with a mesh, or soon will be, and what to do about it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft check",
            "  weft check -o short                       # only what is not well, a line each",
            "  weft check -o json | jq '.checks[] | select(.result != \"ok\")'",
            "",
            "Exits 1 when a check failed; a warning does not count. docs/check.md explains each check.",
        })
public final class CheckCommand implements Callable<Integer> {

    private static final int NAME_WIDTH = 26;

    private final Session session;

    @Mixin
    private MeshOption meshOption = new MeshOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            converter = Words.ToCheckFormat.class,
            completionCandidates = Words.CheckFormats.class,
            description = "table; short: only what is not well; json or yaml for programs. Default: ${DEFAULT-VALUE}.")
    private CheckFormat format = CheckFormat.TABLE;

    public CheckCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        MeshHandle mesh = meshOption.mesh(session);
        Report report = Report.of(mesh.name().value(), Observer.observe(mesh, session.clock()));
        print(session.screen(), report, format);
        return report.result() == Result.FAILED ? ExitCode.FAILED : ExitCode.OK;
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
            String name = line.check() + " ".repeat(NAME_WIDTH - line.check().length());
            screen.line(mark(screen, line.result()) + " " + screen.paint(Style.STRONG, name) + " " + line.reason());
            line.about().forEach(each -> screen.line("    " + each));
            if (!line.action().isEmpty()) {
                screen.line("  → " + line.action());
                screen.line("    " + screen.paint(Style.FAINT, line.docs()));
            }
        }
        screen.line("");
        screen.line(summary(report.checks()));
    }

    private static void shortly(Screen screen, Report report) {
        report.checks().stream()
                .filter(line -> line.result() != Result.OK)
                .forEach(line -> screen.line(line.result().word() + " " + line.check() + ": " + line.reason()));
    }

    private static String mark(Screen screen, Result result) {
        return switch (result) {
            case OK -> screen.paint(Style.GOOD, "✓");
            case WARNING -> screen.paint(Style.WARNING, "!");
            case FAILED -> screen.paint(Style.BAD, "✗");
        };
    }

    private static String summary(List<Report.Line> lines) {
        long warnings =
                lines.stream().filter(line -> line.result() == Result.WARNING).count();
        long failed =
                lines.stream().filter(line -> line.result() == Result.FAILED).count();
        String all = lines.size() + " checks";
        if (warnings + failed == 0) {
            return all + ", all well";
        }
        return all + ": " + failed + " failed, " + warnings + (warnings == 1 ? " warning" : " warnings");
    }
}
