package dev.weft.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.Operator;
import dev.weft.control.ControlPlane;
import dev.weft.control.Planes;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real control plane behind a program that carries connections as kubectl does. */
final class ClusterMeshTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private Path state = Path.of("");

    @BeforeEach
    void prepare() throws IOException {
        state = directory.resolve("state");
        Files.writeString(directory.resolve("mesh.yaml"), "");
    }

    private ControlPlane plane() throws IOException {
        return Planes.start(directory.resolve("mesh.yaml"), state, Clock.systemUTC());
    }

    private Kubectl kubectl(Optional<String> context) throws IOException {
        return new Kubectl(FakeKubectl.write(directory, state).toString(), context, Optional.empty());
    }

    @Test
    void speaksWithTheControlPlaneInTheCluster() throws Exception {
        try (ControlPlane _ = plane()) {
            Mesh mesh = ClusterMesh.open(kubectl(Optional.of("Prod_EU/1")));
            assertThat(mesh.ref()).isEqualTo(new MeshRef("Prod_EU/1", " --context Prod_EU/1", true));
            assertThat(mesh.alive()).isTrue();
            assertThat(mesh.trustDomain()).isEqualTo("cluster.local");
            try (Operator operator = mesh.operator()) {
                assertThat(operator.call(channel -> TrustOperatorGrpc.newBlockingStub(channel)
                                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                                        .showTrust(ShowTrustRequest.getDefaultInstance()))
                                .getAnchorsCount())
                        .isOne();
            }
        }
        assertThat(Files.readString(directory.resolve("arguments")))
                .isEqualToIgnoringNewLines("--context Prod_EU/1 --namespace weft-system exec --stdin"
                        + " pod/weft-control-0 --container weft-control -- /usr/bin/weft-operator"
                        + " /var/lib/weft/state/operator.sock");
    }

    @Test
    void hearsWhatIsWrongWithTheRegistryOfTheControlPlane() throws Exception {
        try (ControlPlane _ = plane()) {
            Mesh mesh = ClusterMesh.open(kubectl(Optional.empty()));
            assertThat(mesh.registryErrors()).isEmpty();
            Files.writeString(directory.resolve("mesh.yaml"), "kind: Nonsense\n");
            Waiting.until(() -> {
                mesh.refresh();
                return !mesh.registryErrors().isEmpty();
            });
            assertThat(mesh.registryErrors()).first().asString().contains("mesh.yaml:1: apiVersion");
        }
    }

    @Test
    void readsTheLeadersPodFromTheLease() {
        assertThat(Leader.podOf("weft-control-6f7c-x2_0a1b2c3d")).contains("weft-control-6f7c-x2");
        assertThat(Leader.podOf("weft-control-0\n")).contains("weft-control-0");
        for (String holder : new String[] {"", "--all", "Pod_1", "a b", "a/b", "_12ab"}) {
            assertThat(Leader.podOf(holder)).as(holder).isEmpty();
        }
        Kubectl none = new Kubectl("/nowhere/kubectl", Optional.empty(), Optional.empty());
        assertThat(Leader.pod(none, Leader.PATIENCE)).isEmpty();
    }

    /** As of an API server that accepts the connection and says nothing. */
    @Test
    @Timeout(60)
    void doesNotWaitWithoutEndForAKubectlThatSaysNothing() throws Exception {
        Path program = directory.resolve("kubectl");
        Files.writeString(program, "#!/bin/sh\necho \"$@\" >%s/arguments\nexec sleep 600\n".formatted(directory));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Kubectl silent = new Kubectl(program.toString(), Optional.empty(), Optional.empty());
        assertThat(Leader.pod(silent, Duration.ofSeconds(1))).isEmpty();
        KubectlResult result = KubectlResult.of(silent, "", List.of("version"), Duration.ofSeconds(1));
        assertThat(result.complaint()).isEqualTo("no answer within 1 s");
    }

    @Test
    void asksForTheLeaderWithATimeout() throws Exception {
        Path program = directory.resolve("kubectl");
        Files.writeString(
                program, "#!/bin/sh\necho \"$@\" >%s/arguments\necho weft-control-0_12ab\n".formatted(directory));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Kubectl kubectl = new Kubectl(program.toString(), Optional.of("east"), Optional.empty());
        assertThat(Leader.pod(kubectl, Leader.PATIENCE)).contains("weft-control-0");
        assertThat(Files.readString(directory.resolve("arguments")))
                .startsWith("--context east --namespace weft-system get lease weft-control")
                .contains("--request-timeout=");
    }

    private Kubectl failing(String words) throws IOException {
        Path program = directory.resolve("kubectl");
        Files.writeString(program, "#!/bin/sh\necho '" + words + "' >&2\nexit 1\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return new Kubectl(program.toString(), Optional.empty(), Optional.empty());
    }

    @Test
    void saysWhatKubectlSaidWhereThereIsNoControlPlane() throws Exception {
        Kubectl kubectl = failing("Error from server (Forbidden): no");
        assertThatThrownBy(() -> ClusterMesh.open(kubectl))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("Error from server (Forbidden): no");
    }

    @Test
    void saysThatAControlPlaneHasNotStartedWhoseContainerRuns() throws Exception {
        Kubectl kubectl = failing("weft-operator: /var/lib/weft/state/operator.sock: No such file or directory");
        assertThatThrownBy(() -> ClusterMesh.open(kubectl))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("has not started yet")
                .hasMessageNotContaining("operator.sock");
    }

    @Test
    void saysSoWhereThereIsNoKubectl() {
        Kubectl kubectl = new Kubectl(directory.resolve("none").toString(), Optional.empty(), Optional.of("/nowhere"));
        assertThatThrownBy(() -> ClusterMesh.open(kubectl))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("none");
    }
}
