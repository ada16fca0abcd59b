package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Times that are settings of a sidecar: each is kept by the connections that it is about. */
@Timeout(60)
class TimeSettingsTest {
    /** Longer than the default of detect-declared. */
    private static final int LONGER_THAN_DEFAULT = 400;

    /** A listener that accepts nothing: its queue is full, so that the kernel drops what still comes. */
    private static final class Deaf implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 1, MeshFixture.LOOPBACK);
        private final List<Socket> queued = new ArrayList<>();

        Deaf() throws IOException {
            for (boolean full = false; !full; ) {
                Socket socket = new Socket();
                queued.add(socket);
                try {
                    socket.connect(address(), LONGER_THAN_DEFAULT / 4);
                } catch (SocketTimeoutException e) {
                    full = true;
                }
            }
        }

        InetSocketAddress address() {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : queued) {
                socket.close();
            }
            server.close();
        }
    }

    private static boolean logged(MeshFixture mesh, String workload, String text) {
        try {
            return mesh.accessLog(workload).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void connectTimeoutIsForTheApplicationForEndpointsAndForTheirSidecars() throws Exception {
        try (Deaf deaf = new Deaf();
                MeshFixture mesh = new MeshFixture(deaf.address(), "--connect-timeout=150ms")) {
            try (Socket _ = mesh.connect()) {
                Waiting.until("no application", () -> logged(mesh, "api", "timed out after 150 ms"));
            }
            int port = deaf.address().getPort();
            mesh.route(new Route.ToEndpoints(
                    List.of(new Route.Endpoint(deaf.address(), mesh.authority.id("api"), port, 1))));
            try (Socket _ = mesh.connect()) {
                Waiting.until(
                        "no sidecar",
                        () -> logged(
                                mesh,
                                "web",
                                "no connection to the sidecar at 127.0.0.1:" + port
                                        + ": connection timed out after 150 ms"));
            }
            mesh.route(new Route.ToEndpoints(List.of(new Route.Endpoint(deaf.address(), null, 0, 1))));
            try (Socket _ = mesh.connect()) {
                Waiting.until(
                        "no endpoint",
                        () -> logged(
                                mesh,
                                "web",
                                "no connection to 127.0.0.1:" + port + ": connection timed out after 150 ms"));
            }
        }
    }

    @Test
    void noConnectionIsKeptForHttpIfTheTimeIsZero() throws Exception {
        try (HttpApplication application = HttpApplication.ok("fine");
                BalancedMesh mesh = new BalancedMesh(new HttpApplication[] {application}, "--http-idle=0s")) {
            mesh.route(true, application.address(), application.address());
            try (HttpCaller caller = mesh.caller()) {
                for (int i = 0; i < 10; i++) {
                    assertThat(caller.get("/").status()).isEqualTo(200);
                }
            }
            assertThat(application.connections).hasValue(10);
            assertThat(mesh.mesh.web.metrics().text())
                    .contains("weft_pool_sessions_total{source=\"opened\"} 10", "weft_pool_sessions_idle 0\n")
                    .doesNotContain("{source=\"reused\"} 1");
        }
    }

    @Test
    void aCallerMayBeSilentForLongerWhereHttpIsDeclared() throws Exception {
        HttpApplication[] applications = {
            HttpApplication.greeting("220 ready\r\n", HttpApplication.response("200 OK", "")),
            HttpApplication.greeting("220 ready\r\n", HttpApplication.response("200 OK", ""))
        };
        try (BalancedMesh mesh = new BalancedMesh(applications, "--detect-declared=10s")) {
            mesh.route(Hint.HTTP1);
            try (HttpCaller caller = mesh.caller()) {
                caller.socket.setSoTimeout(LONGER_THAN_DEFAULT);
                assertThatThrownBy(() -> caller.read(1)).isInstanceOf(SocketTimeoutException.class);
                assertThat(applications[0].connections.get() + applications[1].connections.get())
                        .as("the connection is not carried yet")
                        .isZero();
            }
        }
    }
}
