package dev.weft.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.cli.explain.MeshQuestions;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.control.ControlPlane;
import dev.weft.control.Planes;
import dev.weft.control.view.Viewers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real control plane, and a kubectl whose user may forward a port and not exec. */
final class ViewedMeshTest {

    private static final Viewers JANE = (token, _) -> token.equals("a.b.c")
            ? new Viewers.Verdict.Allowed("jane")
            : new Viewers.Verdict.Refused(Viewers.Reason.FORBIDDEN, "jane may not get meshviews.weft.dev");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @BeforeEach
    void prepare() throws IOException {
        Files.writeString(directory.resolve("mesh.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: api-1, namespace: shop}
                spec: {serviceAccount: api, addresses: [10.1.0.1]}
                """);
    }

    private ControlPlane plane() throws IOException {
        return Planes.startViewed(directory.resolve("mesh.yaml"), directory.resolve("state"), JANE, Clock.systemUTC());
    }

    private Mesh open(ControlPlane plane, String token) throws IOException {
        Path program = FakeKubectl.writeOfAViewer(directory, plane.viewPort().orElseThrow(), token);
        return ClusterMesh.open(new Kubectl(program.toString(), Optional.of("prod"), Optional.empty()), "looking/jane");
    }

    @Test
    void looksAtTheMeshByATokenWhereTheUserMayNotExec() throws Exception {
        try (ControlPlane plane = plane()) {
            Mesh mesh = open(plane, "a.b.c");
            assertThat(mesh.members()).hasSize(1);
            try (MeshQuestions.OfControlPlane questions = new MeshQuestions.OfControlPlane(mesh.operator())) {
                assertThat(questions.findings(false)).isEmpty();
            }
        }
        assertThat(Files.readString(directory.resolve("arguments")))
                .contains("--context prod --namespace looking create token jane --audience weft-view --duration 1h");
    }

    @Test
    void opensTheTunnelAgainWhenItHasEnded() throws Exception {
        try (ControlPlane plane = plane()) {
            Mesh mesh = open(plane, "a.b.c");
            ProcessHandle first =
                    ProcessHandle.of(Long.parseLong(forwarding().getFirst())).orElseThrow();
            first.destroy();
            first.onExit().get(20, TimeUnit.SECONDS);
            try (MeshQuestions.OfControlPlane questions = new MeshQuestions.OfControlPlane(mesh.operator())) {
                assertThat(questions.findings(false)).isEmpty();
            }
            assertThat(forwarding()).hasSize(2);
        }
    }

    @Test
    void getsAFreshTokenOnceWhenItsOwnIsNotTakenAnyMore() throws Exception {
        AtomicReference<String> accepted = new AtomicReference<>("a.b.c");
        Viewers viewers = (token, _) -> token.equals(accepted.get())
                ? new Viewers.Verdict.Allowed("jane")
                : new Viewers.Verdict.Refused(Viewers.Reason.FORBIDDEN, "it has expired");
        try (ControlPlane plane = Planes.startViewed(
                directory.resolve("mesh.yaml"), directory.resolve("state"), viewers, Clock.systemUTC())) {
            Mesh mesh = open(plane, "a.b.c");
            accepted.set("d.e.f");
            Files.writeString(directory.resolve("token"), "d.e.f\n");
            mesh.refresh();
            assertThat(forwarding()).hasSize(2);

            accepted.set("g.h.i");
            assertThatThrownBy(mesh::refresh).isInstanceOf(CommandFailure.class);
            assertThat(forwarding()).hasSize(3);
        }
    }

    @Test
    void saysHowToAllowWhoMayNeitherExecNorLook() throws Exception {
        Path program = FakeKubectl.writeRefusing(directory);
        assertThatThrownBy(() -> ClusterMesh.open(
                        new Kubectl(program.toString(), Optional.empty(), Optional.empty()), Kubectl.VIEWER))
                .isInstanceOfSatisfying(CommandFailure.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ClusterMesh.UNREACHED);
                    assertThat(failure.what())
                            .contains("this user may not run 'kubectl --namespace weft-system create token weft-viewer")
                            .contains("User \"jane\" cannot create resource")
                            .doesNotContain("does not answer");
                    assertThat(failure.advice())
                            .anySatisfy(line -> assertThat(line)
                                    .contains("create rolebinding weft-viewer-NAME --role=weft-viewer --user=NAME"));
                });
    }

    private List<String> forwarding() throws IOException {
        return Files.readAllLines(directory.resolve("forwarding"));
    }

    @Test
    void changesNothingThatWay() throws Exception {
        try (ControlPlane plane = plane();
                Operator operator = open(plane, "a.b.c").operator()) {
            assertThatThrownBy(() -> operator.call(channel -> TrustOperatorGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .beginRotation(BeginRotationRequest.getDefaultInstance())))
                    .isInstanceOfSatisfying(CommandFailure.class, failure -> {
                        assertThat(failure.code()).isEqualTo("WEFT-L351");
                        assertThat(failure.advice())
                                .contains("this needs the permission to exec into the pods of namespace weft-system")
                                .anySatisfy(line -> assertThat(line).contains("control plane's version"));
                    });
        }
    }

    @Test
    void saysWhyItMayNotLook() throws Exception {
        try (ControlPlane plane = plane()) {
            assertThatThrownBy(() -> open(plane, "d.e.f")).isInstanceOfSatisfying(CommandFailure.class, failure -> {
                assertThat(failure.code()).isEqualTo("WEFT-L351");
                assertThat(failure.what()).contains("jane may not get meshviews.weft.dev");
            });
        }
    }
}
