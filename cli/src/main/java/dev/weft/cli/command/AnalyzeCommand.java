package dev.weft.cli.command;

import dev.weft.cli.analyze.Analysis;
import dev.weft.cli.analyze.Finding;
import dev.weft.cli.analyze.Known;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.files.yaml.Parsed;
import dev.weft.identity.spiffe.TrustDomain;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft analyze}: what of a mesh's files means nothing, or something other than it seems to. */
@Command(
        name = "analyze",
        description = "What in mesh files is valid and means nothing; needs no running mesh.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  weft analyze shop.yaml",
            "  weft analyze workloads.yaml policies.yaml          # as one mesh",
            "  weft analyze mesh/                                 # all *.yaml and *.yml of a folder",
            "  weft analyze shop.yaml -o json | jq -r '.findings[].code'",
            "",
            "Exits 0 when nothing is found, 1 when something is, 4 when a file has errors.",
            "docs/analyze.md explains each finding.",
        })
public final class AnalyzeCommand implements Callable<Integer> {

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

    public AnalyzeCommand(Session session) {
        this.session = session;
    }

    /** As programs see it. */
    record Report(List<Finding> findings) {}

    @Override
    public Integer call() {
        List<Parsed> parsed = MeshFiles.readAll(files);
        List<Finding> findings = Analysis.of(parsed, Known.only(domain(trustDomain)));
        Screen screen = session.screen();
        output.format().print(screen, new Report(findings), () -> print(screen, parsed.size(), findings));
        return findings.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    static TrustDomain domain(String trustDomain) {
        try {
            return TrustDomain.parse(trustDomain);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "WEFT-L100",
                    "--trust-domain: " + e.getMessage(),
                    "expected: a trust domain such as cluster.local");
        }
    }

    static void print(Screen screen, int files, List<Finding> findings) {
        for (Finding finding : findings) {
            screen.line(screen.paint(Style.WARNING, "!") + " " + finding);
            screen.line("  → " + finding.suggestion());
        }
        screen.line(
                findings.isEmpty()
                        ? screen.paint(Style.GOOD, "✓") + " nothing found in " + Human.count(files, "file")
                        : Human.count(findings.size(), "finding") + " in " + Human.count(files, "file"));
    }
}
