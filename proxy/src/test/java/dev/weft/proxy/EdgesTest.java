package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.InboundMode;
import dev.weft.proxy.mesh.ExemptProbe;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.observe.Edges;
import dev.weft.proxy.session.Session;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What sidecars remember of who called whom. */
@Timeout(60)
class EdgesTest {
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

    private static List<Edge> of(Workload workload) {
        return workload.edges().with(workload.registry().sessions());
    }

    private void policy(InboundMode mode, @Nullable String denied) {
        mesh.api.inbound(mesh.inbound(mode, DefaultDecision.DEFAULT_DECISION_AUTHENTICATED, denied));
    }

    private static boolean talks(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write('x');
            return socket.getInputStream().read() == 'x';
        } catch (SocketException e) {
            return false;
        }
    }

    @Test
    void bothEndsCountAnAdmittedConnectionWhileItIsOpenAndAfter() throws IOException {
        try (Socket socket = mesh.connect()) {
            assertThat(talks(socket)).isTrue();
            assertThat(of(mesh.api)).singleElement().satisfies(edge -> {
                assertThat(edge.getDirection()).isEqualTo(EdgeDirection.EDGE_DIRECTION_INBOUND);
                assertThat(edge.getSpiffeId())
                        .isEqualTo(mesh.authority.id("web").toString());
                assertThat(edge.getPort()).isEqualTo(echo.address().getPort());
                assertThat(edge.getAdmitted()).isOne();
                assertThat(edge.getOpen()).isOne();
                assertThat(edge.getBytesIn()).isOne();
                assertThat(edge.getBytesOut()).isOne();
            });
            assertThat(of(mesh.web)).singleElement().satisfies(edge -> {
                assertThat(edge.getDirection()).isEqualTo(EdgeDirection.EDGE_DIRECTION_OUTBOUND);
                assertThat(edge.getSpiffeId())
                        .isEqualTo(mesh.authority.id("api").toString());
            });
        }
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
        assertThat(of(mesh.api)).singleElement().satisfies(edge -> {
            assertThat(edge.getAdmitted()).isOne();
            assertThat(edge.getOpen()).isZero();
            assertThat(edge.getBytesIn()).isOne();
        });
    }

    @Test
    void whatIsRefusedSaysWhyAndByWhichPolicy() throws IOException {
        policy(InboundMode.INBOUND_MODE_STRICT, "web");
        try (Socket socket = mesh.connect()) {
            assertThat(talks(socket)).isFalse();
        }
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
        assertThat(of(mesh.api)).singleElement().satisfies(edge -> {
            assertThat(edge.getAdmitted()).isZero();
            assertThat(edge.getRefused()).isOne();
            assertThat(edge.getRefusalCode()).isEqualTo("WEFT-P001");
            assertThat(edge.getPolicy()).isEqualTo("shop/no-web");
        });
    }

    /** The policy beside a code is the one that refused, not one that admitted another connection later. */
    @Test
    void whyItWasRefusedStaysWithWhatCameLater() throws IOException {
        policy(InboundMode.INBOUND_MODE_STRICT, "web");
        try (Socket socket = mesh.connect()) {
            assertThat(talks(socket)).isFalse();
        }
        policy(InboundMode.INBOUND_MODE_STRICT, null);
        try (Socket socket = mesh.connect()) {
            assertThat(talks(socket)).isTrue();
            policy(InboundMode.INBOUND_MODE_STRICT, "web");
            assertThat(talks(socket)).isFalse();
        }
        policy(InboundMode.INBOUND_MODE_STRICT, null);
        try (Socket socket = mesh.connect()) {
            assertThat(talks(socket)).isTrue();
            socket.setSoLinger(true, 0); // broken off by the caller
        }
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
        assertThat(of(mesh.api)).singleElement().satisfies(edge -> {
            assertThat(edge.getAdmitted()).isEqualTo(2);
            assertThat(edge.getBroken()).isEqualTo(2);
            assertThat(edge.getRefused()).isOne();
            assertThat(edge.getRefusalCode()).isEqualTo("WEFT-P001");
            assertThat(edge.getPolicy()).isEqualTo("shop/no-web");
        });
    }

    @Test
    void aPeerWithoutAnIdentityIsItsAddress() throws IOException {
        try (Socket socket = mesh.plaintext()) {
            assertThat(talks(socket)).isFalse();
        }
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
        assertThat(of(mesh.api)).singleElement().satisfies(edge -> {
            assertThat(edge.getAddress().toByteArray()).containsExactly(127, 0, 0, 1);
            assertThat(edge.getAdmitted()).isZero();
            assertThat(edge.getRefused()).isOne();
        });
    }

    @Test
    void aProbeIsNoEdge() throws IOException {
        try (Socket socket = mesh.plaintext()) {
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('G');
        }
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
        assertThat(of(mesh.api)).isEmpty();
    }

    /** What a strict workload would let through does not keep anybody from making it strict. */
    @ParameterizedTest
    @CsvSource({
        "'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n',                                     true",
        "'GET /other HTTP/1.1\r\nHost: x\r\n\r\n',                                       false",
        "'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n', false",
        "'',                                                                           false"
    })
    void aProbeIsNoEdgeWhereAllPlaintextIsAdmitted(String said, boolean probe) throws IOException {
        mesh.api.inbound(permissive());
        say(said);
        assertThat(of(mesh.api)).hasSize(probe ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource({"'', true", "x, false"})
    void theMereOpeningIsNoEdgeWhereItIsAProbe(String said, boolean probe) throws IOException {
        InboundConfig usual = permissive();
        mesh.api.inbound(
                withProbes(usual, List.of(new ExemptProbe.Opening(echo.address().getPort()))));
        say(said);
        assertThat(of(mesh.api)).hasSize(probe ? 0 : 1);
    }

    private static InboundConfig withProbes(InboundConfig config, List<ExemptProbe> probes) {
        return new InboundConfig(
                config.version(),
                config.addresses(),
                config.reachable(),
                config.udpPorts(),
                config.httpPorts(),
                config.permissive(),
                config.policies(),
                config.policyNames(),
                config.defaultDecision(),
                probes,
                config.rateLimits(),
                config.egress(),
                config.zone());
    }

    private InboundConfig permissive() {
        return mesh.inbound(InboundMode.INBOUND_MODE_PERMISSIVE, DefaultDecision.DEFAULT_DECISION_ANYONE, null);
    }

    /** Says it in plaintext, hears it from the application, and goes. */
    private void say(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = mesh.plaintext()) {
            socket.getOutputStream().write(bytes);
            assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
            Waiting.until(
                    "the application's side",
                    () -> mesh.api.registry().sessions().stream().anyMatch(Session::wasAdmitted));
        }
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
    }

    /** One caller that tries every port does not grow the book. */
    @Test
    void edgesAreBounded() throws IOException {
        for (int port = 1; port <= Edges.MAX_EDGES + 5; port++) {
            callInVain(port);
        }
        Waiting.until("the end", () -> mesh.web.registry().sessions().isEmpty());
        assertThat(of(mesh.web)).hasSize(Edges.MAX_EDGES);
        assertThat(mesh.web.edges().forgotten()).isEqualTo(5);
        for (int port = 1; port <= 5; port++) {
            callInVain(port);
        }
        Waiting.until("the end", () -> mesh.web.registry().sessions().isEmpty());
        assertThat(of(mesh.web)).hasSize(Edges.MAX_EDGES);
        assertThat(mesh.web.edges().forgotten())
                .as("those that came back count again")
                .isEqualTo(5);
    }

    private void callInVain(int port) throws IOException {
        mesh.outboundDestination = new InetSocketAddress(MeshFixture.LOOPBACK, port);
        mesh.web
                .directory()
                .update(
                        new InetSocketAddress(MeshFixture.LOOPBACK, port),
                        new dev.weft.proxy.mesh.Route.Unreachable("nothing is there"));
        try (Socket socket = mesh.connect()) {
            assertThat(talks(socket)).isFalse();
        }
    }
}
