package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections without a tunnel to a strict workload that has a probe: many of them, and what goes through meanwhile. */
@Timeout(60)
class ProbeFloodTest {
    private static final int FLOOD = 2000;
    private static final int MAX_SESSIONS = 4;

    private final List<Socket> flood = new ArrayList<>();
    private EchoServer echo;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        echo = new EchoServer();
        mesh = new MeshFixture(echo.address(), 100, MAX_SESSIONS);
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
    void connectionsThatMayBeProbesTakeNoSessionsFromCallersNorPlacesFromProbes() throws IOException {
        for (int i = 0; i < FLOOD; i++) {
            flood.add(plaintext("127.0.1." + (1 + i % 200)));
        }
        try (Socket socket = mesh.connect()) {
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
        assertThat(probe("127.0.0.1", "")).startsWith("GET /healthz HTTP/1.1");
        String metrics = mesh.api.metrics().text();
        assertThat(metrics).contains("limit=\"probe-newcomers");
        assertThat(metrics).containsPattern("weft_sessions_inbound [01]\n");
        assertThat(mesh.api.registry().sessions()).hasSizeLessThan(300);
    }

    @Test
    void manyOfOneAddressKeepNoOtherProbeOut() throws IOException {
        for (int i = 0; i < 100; i++) {
            flood.add(plaintext("127.0.1.1"));
        }
        assertThat(probe("127.0.0.1", "")).startsWith("GET /healthz HTTP/1.1");
        Waiting.until("counted", () -> mesh.api.metrics().text().contains("code=\"WEFT-D030\""));
    }

    @Test
    void theApplicationSeesNoMoreThanAProbeSays() throws IOException {
        assertThat(probe("127.0.0.1", "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Client-Cert: URI=spiffe://a/b\r\n"))
                .isEqualTo("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }

    private Socket plaintext(String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(
                MeshFixture.LOOPBACK, Objects.requireNonNull(mesh.api.ports()).inbound()));
        socket.setSoTimeout(30_000);
        return socket;
    }

    /** What the application was sent, which it says back. */
    private String probe(String from, String fields) throws IOException {
        try (Socket socket = plaintext(from)) {
            String request = "GET /healthz HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                int read = socket.getInputStream().read();
                assertThat(read).as("after " + answer).isNotNegative();
                answer.append((char) read);
            }
            return answer.toString();
        }
    }
}
