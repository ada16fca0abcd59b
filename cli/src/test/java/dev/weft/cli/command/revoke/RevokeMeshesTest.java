package dev.weft.cli.command.revoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.trust.TrustCommand;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.control.ControlPlane;
import dev.weft.control.Planes;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.MeshName;
import dev.weft.local.state.MeshRecord;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.ProcessRef;
import dev.weft.local.state.PsSnapshot;
import dev.weft.local.state.PsSnapshot.ProcessState;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import dev.weft.local.state.StateDirectories;
import dev.weft.local.state.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Which meshes are told of a revocation, and of whose identity. Two are up: default and b. Their sidecars never come. */
final class RevokeMeshesTest {

    @TempDir
    private Path home;

    private StateDirectories directories = new StateDirectories(Path.of("/nonexistent"), false);
    private final List<ControlPlane> planes = new ArrayList<>();

    @BeforeEach
    void up() throws IOException {
        directories = new StateDirectories(home, false);
        planes.add(mesh("default"));
        planes.add(mesh("b"));
    }

    @AfterEach
    void down() {
        planes.forEach(ControlPlane::close);
    }

    private ControlPlane mesh(String name) throws IOException {
        MeshState state = directories.of(new MeshName(name));
        StateFiles.createDirectories(state.directory());
        ProcessRef self = ProcessRef.self();
        StateFiles.writeJson(
                state.record(),
                new MeshRecord(name, "mesh.yaml", "cluster.local", 0, true, Instant.now(), self, Optional.of(self)));
        ProcessStatus gone = new ProcessStatus(ProcessState.WAITING, 0, 0, Instant.EPOCH, "");
        WorkloadStatus web = new WorkloadStatus(
                "shop",
                "web",
                true,
                "spiffe://cluster.local/ns/shop/sa/web",
                List.of(),
                true,
                "",
                gone,
                Optional.of(gone),
                Optional.empty());
        StateFiles.writeJson(
                state.ps(),
                new PsSnapshot(
                        Instant.now(), PsSnapshot.Phase.UP, Optional.of(gone), List.of(web), List.of(), List.of()));
        Path registry = Files.writeString(home.resolve(name + ".yaml"), """
            apiVersion: weft.dev/v1alpha1
            kind: TrustDomain
            metadata: {name: east.example}
            spec: {}
            """);
        return Planes.start(registry, state.control(), Clock.systemUTC());
    }

    private int run(Printed printed, String... arguments) {
        Session session = new Session(printed.screen(), new Meshes(directories), Clock.systemUTC(), Map.of());
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        return new CommandLine(new Root())
                .addSubcommand(new RevokeCommand(session).commandLine())
                .addSubcommand(new TrustCommand(session).commandLine())
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(arguments);
    }

    @CommandLine.Command(name = "weft")
    private static final class Root {}

    private String listed(String... options) {
        Printed printed = new Printed();
        List<String> line = new ArrayList<>(List.of("revoke", "list"));
        line.addAll(List.of(options));
        assertThat(run(printed, line.toArray(String[]::new))).isEqualTo(ExitCode.OK);
        return printed.out();
    }

    @Test
    void tellsTheOneMeshThatEveryCommandMeansAndSaysWhichWereNotTold() {
        Printed printed = new Printed();
        assertThat(run(printed, "revoke", "certificate", "7f01")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("✓ mesh default: revoked").doesNotContain("mesh b");
        assertThat(printed.out()).as("a number may have a wrong digit").contains("no sidecar of this mesh has a");
        assertThat(printed.err()).contains("not changed: mesh b (--all changes every mesh)");
        assertThat(listed("--mesh", "b")).doesNotContain("7f01");
        assertThat(listed("--all")).contains("default  cert").doesNotContain("\nb ");
    }

    @Test
    void tellsEveryMeshWhereAllIsSaidOutLoud() {
        Printed printed = new Printed();
        assertThat(run(printed, "revoke", "certificate", "7f01", "--all")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("✓ mesh default: revoked", "✓ mesh b: revoked");
        assertThat(printed.err()).doesNotContain("not told");
    }

    @Test
    void aTrustDomainIsDisabledInTheOneMeshThatEveryCommandMeans() {
        Printed printed = new Printed();
        assertThat(run(printed, "trust", "disable", "east.example")).isEqualTo(ExitCode.OK);
        assertThat(printed.err()).contains("not changed: mesh b (--all changes every mesh)");
        assertThat(domains("default")).containsPattern("east.example +disabled");
        assertThat(domains("b")).containsPattern("east.example +active");
        assertThat(run(new Printed(), "trust", "disable", "east.example", "--all"))
                .isEqualTo(ExitCode.OK);
        assertThat(domains("b")).containsPattern("east.example +disabled");
    }

    private String domains(String mesh) {
        Printed printed = new Printed();
        assertThat(run(printed, "trust", "domains", "--mesh", mesh)).isEqualTo(ExitCode.OK);
        return printed.out();
    }

    @Test
    void namesTheCommandThatTakesItBack() {
        Printed printed = new Printed();
        assertThat(run(printed, "revoke", "identity", "shop/web", "--mesh", "b"))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out()).containsPattern("take it back: weft revoke undo identity-[0-9a-f]+ --mesh b\n");
    }

    @Test
    void refusesAnIdentityThatNobodyHas() {
        Printed printed = new Printed();
        assertThat(run(printed, "revoke", "identity", "shop/wbe")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err())
                .contains("no workload of mesh default has the identity spiffe://cluster.local/ns/shop/sa/wbe")
                .contains("nothing is revoked (WEFT-L213)")
                .contains("did you mean spiffe://cluster.local/ns/shop/sa/web?");
        assertThat(listed()).isEmpty();
        assertThat(run(printed, "revoke", "identity", "shop/wbe", "--unknown")).isEqualTo(ExitCode.OK);
        assertThat(run(printed, "revoke", "identity", "spiffe://other.example/ns/shop/sa/wbe"))
                .isNotEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void aMeshThatDoesNotAnswerKeepsTheOthersAnswersNotBack() {
        planes.removeLast().close();
        Printed printed = new Printed();
        assertThat(run(printed, "trust", "domains", "--all")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("default  cluster.local  active");
        assertThat(printed.err()).contains("the control plane of mesh b does not answer (WEFT-L112)");
        assertThat(run(printed, "trust", "domains", "--mesh", "b")).isEqualTo(ExitCode.FAILED);
    }
}
