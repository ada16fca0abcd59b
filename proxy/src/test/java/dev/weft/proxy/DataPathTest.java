package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.InboundMode;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DataPathTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private EchoServer echo;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        echo = new EchoServer();
        mesh = new MeshFixture(echo.address());
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        echo.close();
    }

    @Test
    void carriesBytesBothWaysThroughTwoSidecars() throws IOException {
        try (Socket socket = mesh.connect()) {
            roundTrip(socket);
            assertThat(ConnectionsPage.of(mesh.api.registry().sessions()))
                    .contains("\"peerIdentity\":\"" + mesh.authority.id("web"));
        }
        Waiting.until("session ended", () -> mesh.api.registry().sessions().isEmpty());
    }

    @Test
    void carriesHalfCloseAndMuchDataUnharmed() throws Exception {
        byte[] data = new byte[8 << 20];
        new Random(7).nextBytes(data);
        try (Socket socket = mesh.connect()) {
            Thread writer = Thread.startVirtualThread(() -> {
                try {
                    socket.getOutputStream().write(data);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            byte[] received = socket.getInputStream().readAllBytes();
            assertThat(received).hasSize(data.length);
            assertThat(java.util.Arrays.equals(received, data)).isTrue();
            writer.join();
        }
        Waiting.until(
                "sessions ended",
                () -> mesh.web.registry().sessions().isEmpty()
                        && mesh.api.registry().sessions().isEmpty());
    }

    @Test
    void carriesAThousandSessionsOverAFewTunnels() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Socket socket = mesh.connect();
            sockets.add(socket);
            roundTrip(socket);
        }
        assertThat(mesh.web.registry().tunnels()).isBetween(1, 4);
        for (Socket socket : sockets) {
            roundTrip(socket);
            socket.close();
        }
    }

    @Test
    void closesALiveSessionWhenPolicyChanges() throws IOException {
        try (Socket socket = mesh.connect()) {
            roundTrip(socket);
            mesh.api.inbound(mesh.inbound(
                    InboundMode.INBOUND_MODE_STRICT, DefaultDecision.DEFAULT_DECISION_AUTHENTICATED, "web"));
            assertReset(socket);
        }
    }

    @Test
    void refusesWhatPolicyDenies() throws IOException {
        mesh.api.inbound(
                mesh.inbound(InboundMode.INBOUND_MODE_STRICT, DefaultDecision.DEFAULT_DECISION_AUTHENTICATED, "web"));
        try (Socket socket = mesh.connect()) {
            assertReset(socket);
        }
        Waiting.until("counted", () -> mesh.web.metrics().text().contains("code=\"WEFT-P001\""));
    }

    @Test
    void closesLiveSessionsWhenTheBundleIsTaken() throws IOException {
        try (Socket socket = mesh.connect()) {
            roundTrip(socket);
            mesh.api.bundles(TrustBundles.EMPTY);
            assertReset(socket);
        }
    }

    @Test
    void closesSessionsWhenACertificateEnds() throws IOException {
        mesh.web.credentials(mesh.authority.issue("web", Duration.ofSeconds(6), mesh.bundles));
        try (Socket socket = mesh.connect()) {
            roundTrip(socket);
            assertReset(socket);
        }
        // Both ends know the time; the one that looks first says why, the other sees a reset.
        Waiting.until(
                "counted",
                () -> mesh.web.metrics().text().contains("code=\"WEFT-D015\"")
                        || mesh.api.metrics().text().contains("code=\"WEFT-D015\""));
    }

    /** Not by what a peer makes of a certificate that has ended, which is hard to read. */
    @Test
    void saysThatItsOwnCertificateHasEndedBeforeItMakesATunnel() throws IOException {
        Credentials ended = mesh.authority.issue("web", Duration.ofSeconds(1), mesh.bundles);
        mesh.web.credentials(ended);
        Waiting.until(
                "its end", () -> ended.svid().leaf().getNotAfter().toInstant().isBefore(mesh.clock.instant()));
        try (Socket socket = mesh.connect()) {
            assertReset(socket);
        }
        Waiting.until("logged", () -> log("web").contains("the certificate of this workload ended at "));
        assertThat(mesh.web.metrics().text()).contains("code=\"WEFT-D015\"");
        assertThat(mesh.web.registry().tunnels()).isZero();
    }

    private String log(String workload) {
        try {
            return Files.readString(mesh.directory.resolve(workload + ".log"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void refusesAnEndpointOfAnotherIdentity() throws IOException {
        mesh.route(mesh.authority.id("somebody-else"));
        try (Socket socket = mesh.connect()) {
            assertReset(socket);
        }
        Waiting.until("counted", () -> mesh.web.metrics().text().contains("code=\"WEFT-D008\""));
        assertThat(mesh.api.registry().sessions()).isEmpty();
    }

    @Test
    void refusesPlaintextToAStrictWorkload() throws IOException {
        try (Socket socket = mesh.plaintext()) {
            assertReset(socket, "GET / HTTP/1.1\r\n\r\n");
        }
        Waiting.until("counted", () -> mesh.api.metrics().text().contains("code=\"WEFT-D013\""));
    }

    @Test
    void admitsPlaintextToAPermissiveWorkloadThatAdmitsAnyone() throws IOException {
        mesh.api.inbound(
                mesh.inbound(InboundMode.INBOUND_MODE_PERMISSIVE, DefaultDecision.DEFAULT_DECISION_ANYONE, null));
        try (Socket socket = mesh.plaintext()) {
            roundTrip(socket);
        }
    }

    @Test
    void lettingAProbeThroughLetsNothingElseThrough() throws IOException {
        try (Socket socket = mesh.plaintext()) {
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] start = socket.getInputStream().readNBytes(12);
            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("GET /healthz");
        }
        try (Socket socket = mesh.plaintext()) {
            assertReset(socket, "GET /healthz/../admin HTTP/1.1\r\nHost: x\r\n\r\n");
        }
    }

    @Test
    void closesGarbageOnTheTunnelPort() throws IOException {
        try (Socket socket = new Socket(MeshFixture.LOOPBACK, mesh.tunnelPort())) {
            socket.setSoTimeout(30_000);
            assertReset(socket, "this is no TLS at all, and longer than a record's header");
        }
        Waiting.until(
                "counted", () -> mesh.api.metrics().text().contains("weft_handshake_failures_total{side=\"server\""));
    }

    @Test
    void reachesAddressesOutsideTheMeshAsTheyAre() throws IOException {
        mesh.outboundDestination = echo.address();
        mesh.web.directory().update(echo.address(), new Route.NotInMesh());
        try (Socket socket = mesh.connect()) {
            roundTrip(socket);
        }
        assertThat(mesh.web.registry().tunnels()).isZero();
    }

    private static void roundTrip(Socket socket) throws IOException {
        socket.getOutputStream().write(HELLO);
        assertThat(socket.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
    }

    private static void assertReset(Socket socket) {
        assertReset(socket, "x");
    }

    /** A reset, or the end: never an answer. */
    private static void assertReset(Socket socket, String sent) {
        try {
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
            int read;
            do {
                read = socket.getInputStream().read();
            } while (read == 'x');
            assertThat(read).isNotPositive();
        } catch (SocketException e) {
            assertThatThrownBy(() -> {
                        throw e;
                    })
                    .isInstanceOf(SocketException.class);
        } catch (IOException e) {
            throw new AssertionError("neither reset nor end: " + e, e);
        }
    }
}
