package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.view.Viewers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control plane whose port for viewers is taken. */
final class ViewPortTest {

    private final AtomicInteger closed = new AtomicInteger();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    /** Objects of a file, and a port for viewers. */
    private final class Viewed implements HomeOverFiles {

        private final int port;

        private Viewed(int port) {
            this.port = port;
        }

        @Override
        public Optional<Views> views() {
            return Optional.of(new Views(port, (_, _) -> new Viewers.Verdict.Allowed("jane")));
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private ControlPlane start(int viewPort) throws IOException {
        Path registry = directory.resolve("mesh.yaml");
        Files.writeString(registry, """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: api-1, namespace: shop}
                spec: {serviceAccount: api, addresses: [10.1.0.1]}
                """);
        List<String> flags = List.of(
                "--registry",
                registry.toString(),
                "--state-dir",
                directory.resolve("state").toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin-address",
                "127.0.0.1:0");
        return new ControlPlane(ControlFlags.OVER_FILES.read(flags), new Viewed(viewPort), Clock.systemUTC());
    }

    @Test
    void closesWhatWasStartedWhereItIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThatThrownBy(() -> start(taken.getLocalPort())).isInstanceOf(IOException.class);
        }
        assertThat(closed).hasValue(1);
        // The state directory is free again.
        start(0).close();
        assertThat(closed).hasValue(2);
    }
}
