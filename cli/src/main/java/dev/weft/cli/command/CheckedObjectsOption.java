package dev.weft.cli.command;

import dev.weft.cli.explain.MeshQuestions;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.control.analyze.Analysis;
import dev.weft.control.analyze.Finding;
import dev.weft.control.analyze.TrustContext;
import dev.weft.files.yaml.Parsed;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The objects that a command judges: those in files, or those that a mesh's control plane has. */
final class CheckedObjectsOption {

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "mesh files, or folders with them, of one mesh. Default: the objects of the mesh that is up.")
    private List<Path> files = List.of();

    @Option(
            names = "--trust-domain",
            paramLabel = "DOMAIN",
            defaultValue = "cluster.local",
            converter = TrustDomainConverter.class,
            description = "the trust domain of the mesh of the files. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli before call(): it has a default
    private TrustDomain trustDomain;

    @Mixin
    private MeshOrClusterOption meshOption = new MeshOrClusterOption();

    @Mixin
    private OutputOption output = new OutputOption();

    /** The findings as a document for programs. */
    record Report(List<Finding> findings) {}

    /**
     * Prints the findings.
     *
     * @param policies whether only policies are judged, also by comparing them with one another
     * @return the exit code
     */
    int judge(Session session, boolean policies) throws IOException {
        if (files.isEmpty()) {
            Mesh mesh = meshOption.mesh(session);
            try (MeshQuestions.OfControlPlane questions = new MeshQuestions.OfControlPlane(mesh.operator())) {
                return print(session.screen(), "mesh " + mesh.ref(), questions.findings(policies));
            }
        }
        if (meshOption.asksCluster() || meshOption.given(session).isPresent()) {
            throw CommandFailure.usage(
                    "files and a running mesh were both named", "leave out the files, or --mesh and --cluster");
        }
        TrustContext known = TrustContext.only(trustDomain);
        List<Parsed> parsed = MeshFiles.readAll(files);
        return print(
                session.screen(),
                Human.count(parsed.size(), "file"),
                policies ? Analysis.lint(parsed, known) : Analysis.of(parsed, known));
    }

    private int print(Screen screen, String where, List<Finding> findings) {
        output.print(screen, new Report(findings), () -> {
            for (Finding finding : findings) {
                screen.line(screen.paint(Style.WARNING, "!") + " " + finding);
                screen.line("  → " + finding.suggestion());
            }
            screen.line(
                    findings.isEmpty()
                            ? screen.paint(Style.GOOD, "✓") + " nothing found in " + where
                            : Human.count(findings.size(), "finding") + " in " + where);
        });
        return findings.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
