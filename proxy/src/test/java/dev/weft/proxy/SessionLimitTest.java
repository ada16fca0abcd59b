package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.tunnel.server.RawServer;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many sessions a sidecar carries, and how many go to one peer. */
@Timeout(60)
class SessionLimitTest {
    private static final int STREAMS = 8;
    private static final int TUNNELS = 16;
    private static final int MANY = STREAMS * TUNNELS + 1;
    private static final int FEW = 4;

    private final List<Socket> sockets = new ArrayList<>();
    private Application application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new Application();
        mesh = new MeshFixture(application.address(), MANY, FEW);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        mesh.close();
        application.close();
    }

    private void open(int sessions) throws IOException {
        for (int i = 0; i < sessions; i++) {
            Socket socket = mesh.connect();
            sockets.add(socket);
            socket.getOutputStream().write(Application.ECHO);
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isIn((int) 'x', Application.ECHO);
        }
    }

    private void refused() throws IOException {
        try (Socket socket = mesh.connect()) {
            assertThatThrownBy(() -> {
                        socket.getOutputStream().write(Application.ECHO); // it may be reset before
                        socket.getInputStream().read();
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    private void awaitLogged(String name, String text) {
        Waiting.until(text, () -> {
            try {
                return Files.readString(mesh.directory.resolve(name + ".log")).contains(text);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @Test
    void takesNoMoreConnectionsOfTheApplicationThanItMayHave() throws IOException {
        mesh.route((SpiffeId) null);
        open(MANY);
        refused();
        awaitLogged("web", "sidecar carries " + MANY + " connections");
        sockets.removeFirst().close();
        Waiting.until("one has ended", () -> mesh.web.registry().sessions().size() < MANY);
        open(1);
    }

    @Test
    void takesNoMoreSessionsOfPeersThanItMayHaveAndTellsThemWhy() throws IOException {
        open(FEW);
        refused();
        awaitLogged("api", "sidecar carries " + FEW + " connections");
        awaitLogged("web", "\"code\":\"WEFT-D017\"");
        assertThat(mesh.api.metrics().text()).containsPattern("weft_limits_hit_total\\{limit=\"sessions\"\\} [1-9]");
    }

    @Test
    void makesFurtherTunnelsToAPeerWhoseTunnelsAreFull() throws Exception {
        Http2Settings usual = Http2Settings.DEFAULTS;
        Http2Settings few = new Http2Settings(
                usual.streamWindow(),
                usual.maxStreamWindow(),
                usual.connectionWindow(),
                usual.maxFrameSize(),
                STREAMS,
                usual.maxHeaderListSize(),
                usual.sendQueueHigh(),
                usual.sendQueueLow(),
                usual.settingsTimeout());
        try (RawServer server = new RawServer(
                mesh.loops, mesh.authority.issue("api", MeshFixture.LIFETIME, mesh.bundles), false, few)) {
            mesh.route(new Route.ToEndpoints(
                    List.of(new Route.Endpoint(application.address(), mesh.authority.id("api"), server.port(), 1))));
            open(STREAMS * TUNNELS);
            assertThat(mesh.web.registry().tunnels()).isEqualTo(TUNNELS);
            refused();
            awaitLogged("web", "are full");
        }
    }
}
