package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.cluster.FakeKubectl;
import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.control.ControlPlane;
import dev.weft.control.Planes;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft trust} for the mesh of a cluster: a real control plane behind a program that carries connections. */
final class ClusterOptionTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private final Printed printed = new Printed();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void prepare() throws IOException {
        Files.writeString(directory.resolve("mesh.yaml"), "");
        environment.put("WEFT_KUBECTL", FakeKubectl.write(directory, state()).toString());
    }

    private Path state() {
        return directory.resolve("state");
    }

    private int trust(String... arguments) throws IOException {
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(directory.resolve("meshes"), false)),
                Clock.systemUTC(),
                Map.copyOf(environment));
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        try (ControlPlane _ = Planes.start(directory.resolve("mesh.yaml"), state(), Clock.systemUTC())) {
            return new TrustCommand(session, () -> new Confirmation(_ -> Optional.empty()))
                    .commandLine()
                    .setExecutionExceptionHandler(failures)
                    .setParameterExceptionHandler(failures)
                    .execute(arguments);
        }
    }

    @Test
    void showsAndRotatesTheTrustOfTheCluster() throws Exception {
        assertThat(trust("show", "--cluster")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("CN=Weft anchor of cluster.local");
        assertThat(trust("rotate", "--context", "east", "--kubeconfig", "east.yaml"))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("has a new trust anchor");
        assertThat(Files.readString(directory.resolve("arguments")))
                .startsWith("--context east --kubeconfig east.yaml --namespace weft-system exec");
    }

    @Test
    void theClusterIsMeantWithoutBeingNamedWhereTheEnvironmentSaysSo() throws Exception {
        environment.put("WEFT_CLUSTER", "true");
        assertThat(trust("show")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("CN=Weft anchor of cluster.local");
        assertThat(trust("show", "--mesh", "m")).as("a mesh on this machine").isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void aMeshIsOnThisMachineOrInAClusterAndNotBoth() throws Exception {
        assertThat(trust("show", "--cluster", "--mesh", "m")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("--mesh and --cluster cannot be used together");
    }
}
