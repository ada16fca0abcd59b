package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Connections on the tunnel port that never shake hands, and callers who come meanwhile. */
@Timeout(60)
class HandshakeFloodTest {
    private static final int FLOOD = 2000;
    private static final int CALLS = 6;
    /** At most ten lines are written in each, and one at its end. */
    private static final Duration LINES_PERIOD = Duration.ofSeconds(10);

    private final List<Socket> flood = new ArrayList<>();
    private EchoServer echo;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        echo = new EchoServer();
        mesh = new MeshFixture(echo.address());
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : flood) {
            socket.close();
        }
        mesh.close();
        echo.close();
    }

    @Test
    void halfOpenConnectionsOfOneAddressKeepNobodyOut() throws IOException {
        flood(1);
        callsThrough();
        assertThat(mesh.api.metrics().text()).contains("weft_limits_hit_total{limit=\"tunnel-newcomers-of-network\"}");
    }

    @Test
    void halfOpenConnectionsOfManyAddressesKeepNobodyOut() throws IOException {
        flood(200);
        callsThrough();
        assertThat(mesh.api.metrics().text()).contains("weft_limits_hit_total{limit=\"tunnel-newcomers-gave-way\"}");
    }

    /** Who shares the flood's address comes through as soon as the flood's connections have had their time. */
    @Test
    void halfOpenConnectionsOfTheCallersOwnAddressGiveWay() throws IOException {
        for (int i = 0; i < FLOOD; i++) {
            flood.add(new Socket(MeshFixture.LOOPBACK, mesh.tunnelPort()));
        }
        Waiting.until("a call", () -> {
            try (Socket socket = mesh.connect()) {
                socket.getOutputStream().write('x');
                return socket.getInputStream().read() == 'x';
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void failedHandshakesWriteFewLines() throws IOException {
        long begun = System.nanoTime();
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger("dev.weft.proxy.tunnel.server.TunnelServer");
        lines.start();
        log.setLevel(Level.INFO);
        log.addAppender(lines);
        try {
            for (int i = 0; i < 200; i++) {
                failedHandshake();
            }
            Waiting.until(
                    "all are counted",
                    () -> mesh.api
                            .metrics()
                            .text()
                            .contains("weft_handshake_failures_total{side=\"server\",rule=\"handshake\"} 200"));
            int over = (int) ((System.nanoTime() - begun) / LINES_PERIOD.toNanos());
            assertThat(lines.list).as("in %s periods", 1 + over).hasSizeBetween(10, 10 + over * 11);
        } finally {
            log.detachAppender(lines);
            log.setLevel(null);
        }
    }

    private void flood(int addresses) throws IOException {
        for (int i = 0; i < FLOOD; i++) {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress("127.0.1." + (1 + i % addresses), 0));
            socket.connect(new InetSocketAddress(MeshFixture.LOOPBACK, mesh.tunnelPort()));
            flood.add(socket);
        }
        failedHandshake(); // connections are taken in their order: all of the flood have been
    }

    private void failedHandshake() throws IOException {
        try (Socket socket = new Socket(MeshFixture.LOOPBACK, mesh.tunnelPort())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        } catch (SocketException _) {
            // refused by a reset
        }
    }

    /** Each by a tunnel of its own. */
    private void callsThrough() throws IOException {
        for (int i = 0; i < CALLS; i++) {
            try (Socket socket = mesh.connect()) {
                socket.getOutputStream().write('x');
                assertThat(socket.getInputStream().read()).isEqualTo('x');
            }
            mesh.web.outbound().drainTunnels();
            Waiting.until("no tunnel", () -> mesh.web.registry().tunnels() == 0);
        }
    }
}
