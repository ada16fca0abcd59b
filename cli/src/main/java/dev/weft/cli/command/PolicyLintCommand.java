package dev.weft.cli.command;

import dev.weft.cli.analyze.Analysis;
import dev.weft.cli.analyze.Finding;
import dev.weft.cli.analyze.Known;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Screen;
import dev.weft.files.yaml.Parsed;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft policy lint}: which policies change nothing, cannot work, or admit everyone. */
@Command(
        name = "lint",
        description = "Which policies change nothing, cannot work, or admit everyone; needs no running mesh.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft policy lint shop.yaml",
            "  weft policy lint mesh/                             # all *.yaml and *.yml of a folder",
            "",
            "Exits 0 when nothing is found, 1 when something is, 4 when a file has errors.",
            "docs/analyze.md explains each finding.",
        })
public final class PolicyLintCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "mesh files, or folders of them, of one mesh")
    private List<Path> files = List.of();

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            defaultValue = "cluster.local",
            description = "the trust domain of the mesh. Default: ${DEFAULT-VALUE}.")
    private String trustDomain = "cluster.local";

    @Mixin
    private OutputOption output = new OutputOption();

    PolicyLintCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        TrustDomain own = AnalyzeCommand.domain(trustDomain);
        List<Parsed> parsed = MeshFiles.readAll(files);
        List<Finding> findings = Analysis.lint(parsed, Known.only(own));
        Screen screen = session.screen();
        output.format()
                .print(
                        screen,
                        new AnalyzeCommand.Report(findings),
                        () -> AnalyzeCommand.print(screen, parsed.size(), findings));
        return findings.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
