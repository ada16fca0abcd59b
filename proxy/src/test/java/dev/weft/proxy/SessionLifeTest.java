package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.outbound.Outstanding;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How sessions end, and what goes on while others are stuck. */
@Timeout(60)
class SessionLifeTest {
    private Application application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new Application();
        mesh = new MeshFixture(application.address());
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    private Socket connect(int command) throws IOException {
        Socket socket = mesh.connect();
        socket.getOutputStream().write(command);
        return socket;
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
    }

    private void awaitNoSessions() {
        Waiting.until(
                "sessions ended",
                () -> mesh.web.registry().sessions().isEmpty()
                        && mesh.api.registry().sessions().isEmpty());
    }

    @Test
    void carriesTheCallersResetToTheApplication() throws Exception {
        try (Socket socket = connect(Application.ECHO)) {
            echo(socket);
            socket.setSoLinger(true, 0);
        }
        assertThat(application.ends.poll(30, TimeUnit.SECONDS)).isEqualTo("reset");
        awaitNoSessions();
    }

    @Test
    void carriesTheApplicationsResetToTheCaller() throws IOException {
        try (Socket socket = connect(Application.RESET)) {
            assertThat(socket.getInputStream().read()).isEqualTo(Application.RESET);
            socket.getOutputStream().write('x');
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        awaitNoSessions();
    }

    /** A reset is not to pass for the end of what the application had to say. */
    @Test
    void carriesTheApplicationsResetToACallerThatHasEndedItsSide() throws IOException {
        try (Socket socket = connect(Application.RESET)) {
            assertThat(socket.getInputStream().read()).isEqualTo(Application.RESET);
            socket.shutdownOutput();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        awaitNoSessions();
    }

    @Test
    void endsAHalfClosedSessionWhenItsCallerResetsIt() throws Exception {
        try (Socket socket = connect(Application.STAY)) {
            socket.shutdownOutput();
            assertThat(application.ends.poll(30, TimeUnit.SECONDS)).isEqualTo("half-closed");
            assertThat(mesh.api.registry().sessions()).hasSize(1);
            socket.setSoLinger(true, 0);
        }
        awaitNoSessions();
    }

    @Test
    void countsASessionDownAtItsEndpointHoweverItEnds() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = connect(Application.ECHO)) {
                echo(socket);
                if (i % 2 == 0) {
                    socket.setSoLinger(true, 0);
                }
            }
        }
        try (Socket socket = connect(Application.RESET)) {
            assertThat(socket.getInputStream().read()).isEqualTo(Application.RESET);
            assertThat(Outstanding.of(mesh.web.outbound(), mesh.loops)).isPositive();
        }
        awaitNoSessions();
        assertThat(Outstanding.of(mesh.web.outbound(), mesh.loops)).isZero();
    }

    @Test
    void holdsLittleForAReaderThatDoesNotReadAndServesOthers() throws IOException {
        try (Socket slow = connect(Application.FLOOD)) {
            assertThat(slow.getInputStream().read()).isZero();
            long quiet = TimeUnit.SECONDS.toNanos(1);
            long[] last = {-1, System.nanoTime()};
            Waiting.until("the flood is held back", () -> {
                long now = application.flooded.get();
                if (now != last[0]) {
                    last[0] = now;
                    last[1] = System.nanoTime();
                }
                return System.nanoTime() - last[1] > quiet;
            });
            // Three connections' kernel buffers of up to 10 MiB each, and what two sidecars hold.
            assertThat(application.flooded.get()).isLessThan(48L << 20);
            try (Socket other = connect(Application.ECHO)) {
                echo(other);
            }
        }
    }

    @Test
    void refusesACallToAnAddressThatIsNotTheWorkloads() throws IOException {
        InetSocketAddress foreign = new InetSocketAddress(
                InetAddress.ofLiteral("127.0.0.2"), application.address().getPort());
        mesh.route(new Route.ToEndpoints(
                List.of(new Route.Endpoint(foreign, mesh.authority.id("api"), mesh.tunnelPort(), 1))));
        try (Socket socket = mesh.connect()) {
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        Waiting.until(
                "counted",
                () -> mesh.api
                        .metrics()
                        .text()
                        .contains("weft_refusals_total{direction=\"inbound\",code=\"WEFT-D011\"} 1"));
    }

    @Test
    void goesOnWithKnownDestinationsWhileTheControlPlaneIsAwayAndRefusesOthersInTime() throws IOException {
        try (Socket known = connect(Application.ECHO)) {
            echo(known); // it has been routed
            mesh.outboundDestination = HostPort.literal("10.96.0.99:80"); // nobody answers the directory
            try (Socket unknown = mesh.connect()) {
                assertThatThrownBy(() -> unknown.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            Waiting.until("counted", () -> mesh.web.metrics().text().contains("code=\"WEFT-D003\"} 1"));
            echo(known);
        }
        mesh.outboundDestination = MeshFixture.SERVICE;
        try (Socket again = connect(Application.ECHO)) {
            echo(again);
        }
    }

    @Test
    void endsSessionsWhenTheirTunnelsPeerEndsItsSide() throws Exception {
        try (Forwarder between = new Forwarder(mesh.tunnelPort())) {
            mesh.route(new Route.ToEndpoints(
                    List.of(new Route.Endpoint(application.address(), mesh.authority.id("api"), between.port(), 1))));
            try (Socket socket = connect(Application.ECHO)) {
                echo(socket);
                between.endToCaller();
                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void closesWhatIsLeftAfterTheGraceTimeAndLogsIt() throws Exception {
        try (Socket socket = connect(Application.ECHO)) {
            echo(socket);
            mesh.api.drain();
            assertThat(mesh.api.registry().sessions()).isEmpty();
            mesh.api.close();
            assertThat(mesh.accessLog("api")).contains("\"code\":\"WEFT-D018\"");
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void losesNothingOfASessionThatEndsWhileItDrains() throws Exception {
        mesh.close();
        mesh = new MeshFixture(application.address(), "--drain-grace=60s"); // as long as a slow machine takes
        byte[] data = new byte[4 << 20];
        try (Socket socket = connect(Application.ECHO)) {
            echo(socket);
            Thread drain = Thread.startVirtualThread(() -> {
                try {
                    mesh.api.drain();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Thread writer = Thread.startVirtualThread(() -> {
                try {
                    socket.getOutputStream().write(data);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(socket.getInputStream().readAllBytes()).hasSize(data.length);
            writer.join();
            drain.join();
            assertThat(mesh.api.registry().tunnels()).isZero();
        }
    }

    @Test
    void opensItsListenersOnceATakenPortIsFree() throws IOException {
        Workload late;
        try (ServerSocket taken = new ServerSocket(0)) {
            late = mesh.workload("late", taken.getLocalPort());
            mesh.start(late, "late", java.time.Duration.ofHours(1));
            Waiting.until(
                    "failure said", () -> late.missing().stream().anyMatch(m -> m.startsWith("cannot listen: tunnel")));
            assertThat(late.ports()).isNull();
        }
        Waiting.until("listeners", () -> late.ports() != null);
        assertThat(late.missing()).isEmpty();
        late.close();
    }
}
