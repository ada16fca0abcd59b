package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.MemoryRegistry;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Registry;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.registry.Source;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ControlPlaneTest {

    /** A home whose registry has no objects, and one error. */
    private static final class NoMesh implements HomeOverFiles, Registry {
        private boolean closed;

        @Override
        public Objects objects(ControlSettings settings) {
            return new Objects(this, new MemoryRegistry());
        }

        @Override
        public Snapshot current() {
            return Snapshot.EMPTY;
        }

        @Override
        public List<LoadError> errors() {
            return List.of(new LoadError(Source.of("a.yaml"), "unknown \"kind\""));
        }

        @Override
        public List<LoadError> unknown() {
            return List.of();
        }

        @Override
        public Source source(String kind, String name) {
            return new Source(kind, name, "a.yaml");
        }

        @Override
        public Subscription subscribe(Listener listener) {
            return () -> {};
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final NoMesh mesh = new NoMesh();

    @Test
    void answersOnTheAdminPort() throws Exception {
        try (ControlPlane plane = new ControlPlane(settings(0), mesh, Clock.systemUTC())) {
            assertThat(get(plane, "/ready").statusCode()).isEqualTo(200);
            assertThat(get(plane, "/live").statusCode()).isEqualTo(200);
            assertThat(get(plane, "/metrics").body())
                    .contains("# TYPE weft_control_streams gauge\nweft_control_streams 0\n")
                    .contains("weft_control_registry_errors 1\n")
                    .contains("weft_control_issuer_seconds_to_end ")
                    .contains("# TYPE weft_control_certificates_issued_total counter\n");
            assertThat(page("state", "/registry")).contains("\"unknown \\\"kind\\\"\"");
            assertThat(page("state", "/proxies")).isEqualTo("{\"proxies\":[]}\n");
            assertThat(page("state", "/live")).isEqualTo("ok\n");
            assertThat(get(plane, "/other").statusCode()).isEqualTo(404);
            plane.reload();
        }
        assertThat(mesh.closed).isTrue();
    }

    /** In a cluster every pod reaches the port. */
    @Test
    void saysNothingOfTheMeshOnTheAdminPort() throws Exception {
        try (ControlPlane plane = new ControlPlane(settings(0), mesh, Clock.systemUTC())) {
            for (String path : List.of("/registry", "/proxies", "/peers", "/federation", "/registry?x")) {
                HttpResponse<String> answer = get(plane, path);
                assertThat(answer.statusCode()).as(path).isEqualTo(403);
                assertThat(answer.body()).startsWith("for the operator:");
            }
            assertThat(Files.getPosixFilePermissions(directory.resolve("state/admin.sock")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(directory.resolve("state/admin.sock")).doesNotExist();
    }

    @Test
    void closesWhatWasStartedWhenAnAddressIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThatThrownBy(() -> new ControlPlane(settings(taken.getLocalPort()), mesh, Clock.systemUTC()))
                    .isInstanceOf(IOException.class);
        }
        assertThat(mesh.closed).isTrue();
    }

    @Test
    void doesNotStartOnAStateDirectoryThatIsInUse() throws Exception {
        try (ControlPlane plane = new ControlPlane(settings(0), mesh, Clock.systemUTC())) {
            assertThatThrownBy(() -> new ControlPlane(settings(0), mesh, Clock.systemUTC()))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("WEFT-C095");
            assertThat(Files.exists(directory.resolve("state/operator.sock"))).isTrue();
            assertThat(get(plane, "/ready").statusCode()).isEqualTo(200);
        }
        new ControlPlane(settings(0), mesh, Clock.systemUTC()).close();
    }

    @Test
    void saysThatItsStateDirectoryIsGone() throws Exception {
        try (ControlPlane plane = new ControlPlane(settings(0), mesh, Clock.systemUTC())) {
            assertThat(get(plane, "/metrics").body()).contains("weft_control_state_problems 0\n");
            Files.delete(directory.resolve("state/bundle-sequence"));
            assertThat(get(plane, "/metrics").body()).contains("weft_control_state_problems 1\n");
            assertThat(page("state", "/registry")).contains("WEFT-C096").contains("bundle-sequence");
            Files.move(directory.resolve("state"), directory.resolve("elsewhere"));
            assertThat(page("elsewhere", "/registry")).contains("was deleted while the control plane runs");
        }
    }

    private ControlSettings settings(int port) {
        return ControlFlags.OVER_FILES.read(List.of(
                "--registry",
                directory.toString(),
                "--state-dir",
                directory.resolve("state").toString(),
                "--listen",
                "127.0.0.1:" + port,
                "--admin-address",
                "127.0.0.1:0"));
    }

    private String page(String stateDirectory, String path) throws IOException {
        return AdminSocket.page(directory.resolve(stateDirectory), path);
    }

    private static HttpResponse<String> get(ControlPlane plane, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + plane.adminPort() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
