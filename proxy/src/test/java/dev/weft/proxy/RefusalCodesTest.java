package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code under which operators find each way in which a connection fails, in the metrics of the sidecar that knows why. */
@Timeout(60)
class RefusalCodesTest {
    private static final int CALLS = 500;
    private static final int WARM = 100;
    private static final int LITTLE = 32 * 1024;

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

    private void route(InetSocketAddress application, @Nullable SpiffeId identity, int tunnelPort) {
        mesh.route(new Route.ToEndpoints(List.of(new Route.Endpoint(application, identity, tunnelPort, 1))));
    }

    /** What web's application calls is refused, and its sidecar says why. */
    private void refusesACall(String code) throws IOException {
        try (Socket socket = mesh.connect()) {
            ends(socket);
        }
        counted(mesh.web, "outbound", code);
    }

    /** By a reset or an end, before any answer. */
    private static void ends(Socket socket) throws IOException {
        ends(socket, new byte[] {'x'});
    }

    private static void ends(Socket socket, byte[] says) throws IOException {
        try {
            socket.getOutputStream().write(says);
            assertThat(socket.getInputStream().read()).isNegative();
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("(?i)connection reset.*|broken pipe.*");
        }
    }

    /** What is read until the end or a reset. */
    private static String rest(Socket socket) throws IOException {
        StringBuilder read = new StringBuilder();
        try {
            for (int c = socket.getInputStream().read();
                    c >= 0;
                    c = socket.getInputStream().read()) {
                read.append((char) c);
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("(?i)connection reset.*");
        }
        return read.toString();
    }

    private static void counted(Workload workload, String direction, String code) {
        String line = "weft_refusals_total{direction=\"" + direction + "\",code=\"" + code + "\"} 1";
        Waiting.until(line, () -> workload.metrics().text().contains(line));
    }

    @Test
    void aConnectionToTheSidecarItself() throws IOException {
        mesh.outboundDestination = new InetSocketAddress(
                MeshFixture.LOOPBACK, Objects.requireNonNull(mesh.web.ports()).outbound());
        refusesACall("WEFT-D001");
    }

    @Test
    void aConnectionThatWasNotRedirected() throws IOException {
        mesh.outboundDestination = null;
        refusesACall("WEFT-D002");
    }

    @Test
    void aDestinationThatLeadsNowhere() throws IOException {
        mesh.route(new Route.Unreachable("no Service has port 81"));
        refusesACall("WEFT-D004");
    }

    @Test
    void aDestinationWithoutAReadyEndpoint() throws IOException {
        mesh.route(new Route.ToEndpoints(List.of()));
        refusesACall("WEFT-D005");
    }

    @Test
    void anUnmeshedEndpointThatDoesNotListen() throws IOException {
        route(MeshFixture.NOWHERE, null, 0);
        refusesACall("WEFT-D006");
    }

    @Test
    void aSidecarThatDoesNotListen() throws IOException {
        route(echo.address(), mesh.authority.id("api"), MeshFixture.CLOSED_PORT);
        refusesACall("WEFT-D006");
    }

    @Test
    void aSidecarThatSpeaksNoTls() throws IOException {
        route(echo.address(), mesh.authority.id("api"), echo.address().getPort());
        refusesACall("WEFT-D007");
    }

    @Test
    void anApplicationThatDoesNotListen() throws IOException {
        try (MeshFixture other = new MeshFixture(MeshFixture.NOWHERE)) {
            try (Socket socket = other.connect()) {
                ends(socket);
            }
            counted(other.api, "inbound", "WEFT-D012");
        }
    }

    /** The caller's bytes follow its request at once; those of a call that is refused are kept by nobody. */
    @Test
    void whatCameAheadOfARefusalIsLetGo() throws IOException {
        byte[] ahead = new byte[LITTLE];
        try (MeshFixture other = new MeshFixture(MeshFixture.NOWHERE)) {
            long before = 0;
            for (int i = 0; i < CALLS; i++) {
                if (i == WARM) {
                    before = usedMemory();
                }
                try (Socket socket = other.connect()) {
                    ends(socket, ahead);
                }
            }
            assertThat(usedMemory() - before).isLessThan((long) LITTLE * (CALLS - WARM) / 4);
        }
    }

    private static long usedMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @Test
    void moreThanAProbe() throws IOException {
        String probe = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        try (Socket socket = mesh.plaintext()) {
            socket.getOutputStream().write(probe.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(4)).asString().isEqualTo("GET ");
            socket.getOutputStream().write('x');
            assertThat(rest(socket)).as("what the application got").doesNotEndWith("x");
        }
        counted(mesh.api, "inbound", "WEFT-D014");
    }

    @Test
    void aCallerThatResetsItsConnection() throws IOException {
        try (Socket socket = mesh.connect()) {
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            socket.setSoLinger(true, 0);
        }
        counted(mesh.web, "outbound", "WEFT-D020");
    }

    @Test
    void aTunnelThatIsLostUnderASession() throws Exception {
        try (Forwarder between = new Forwarder(mesh.tunnelPort())) {
            route(echo.address(), mesh.authority.id("api"), between.port());
            try (Socket socket = mesh.connect()) {
                socket.getOutputStream().write('x');
                assertThat(socket.getInputStream().read()).isEqualTo('x');
                between.endToCaller();
                ends(socket);
            }
            counted(mesh.web, "outbound", "WEFT-D009");
        }
    }
}
