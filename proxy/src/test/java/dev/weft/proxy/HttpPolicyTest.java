package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_AUDIT;
import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_DENY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.InboundMode;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests of HTTP/1.1 from one workload to another, judged one by one on their way. */
@Timeout(60)
class HttpPolicyTest {
    private final Queue<String> reached = new ConcurrentLinkedQueue<>();
    private EchoServer application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new EchoServer(this::serve);
        mesh = new MeshFixture(application.address());
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    /** An application: answers each request with its own head, and what is no request with itself. */
    private void serve(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        for (String head = head(in); !head.isEmpty(); head = head(in)) {
            reached.add(head);
            byte[] body = head.getBytes(StandardCharsets.ISO_8859_1);
            String answer = "HTTP/1.1 200 OK\r\ncontent-length: " + body.length + "\r\n\r\n";
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
        }
    }

    /** Up to an empty line, or to the end. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                return head.toString();
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private static String ask(Socket socket, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nhost: api\r\nweft-client-id: spiffe://forged\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return answer(socket);
    }

    private static String answer(Socket socket) throws IOException {
        String head = head(socket.getInputStream());
        int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        if (at < 0) {
            return head;
        }
        int length =
                Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)).trim());
        return head + new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    private String log() {
        try {
            return mesh.accessLog("api");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void eachRequestOfAConnectionIsJudgedByItsPath() throws IOException {
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
        try (Socket socket = mesh.connect()) {
            assertThat(ask(socket, "/orders/1?token=secret"))
                    .startsWith("HTTP/1.1 200")
                    .contains("weft-client-id: " + mesh.authority.id("web"))
                    .doesNotContain("forged");
            assertThat(ask(socket, "/admin")).startsWith("HTTP/1.1 403").contains("weft-code: WEFT-P002");
            assertThat(ask(socket, "/orders/2")).startsWith("HTTP/1.1 200");
        }
        assertThat(reached).hasSize(2).noneMatch(head -> head.contains("/admin"));
        Waiting.until("the log", () -> log().contains("session ended"));
        assertThat(log())
                .contains("\"message\":\"request refused\"")
                .contains("\"path\":\"/orders/1\"")
                .contains("\"decision\":\"per-request\"")
                .doesNotContain("secret");
        assertThat(mesh.api.metrics().text())
                .contains("weft_requests_total{protocol=\"http/1.1\",status=\"2xx\",decision=\"allow\"} 2")
                .contains("weft_requests_total{protocol=\"http/1.1\",status=\"4xx\",decision=\"deny\"} 1");
    }

    @Test
    void aChangeOfPolicyIsInForceForTheNextRequestOfALiveConnection() throws IOException {
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
        try (Socket socket = mesh.connect()) {
            assertThat(ask(socket, "/orders")).startsWith("HTTP/1.1 200");
            mesh.api.inbound(
                    Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/other"))));
            assertThat(ask(socket, "/orders")).startsWith("HTTP/1.1 403");
            assertThat(ask(socket, "/other")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aDenyPolicyRefusesItsRequestsAndNoOthers() throws IOException {
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_DENY, false, Requests.path("/admin"))));
        try (Socket socket = mesh.connect()) {
            assertThat(ask(socket, "/ADMIN")).startsWith("HTTP/1.1 403").contains("shop/requests");
            assertThat(ask(socket, "/orders")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whatIsNotHttpIsRefused() throws IOException {
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
        try (Socket socket = mesh.connect()) {
            socket.getOutputStream().write("\0\1\2\3 not HTTP\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(answer(socket)).startsWith("HTTP/1.1 400");
            assertThat(socket.getInputStream().read()).isNegative();
        }
        assertThat(reached).isEmpty();
        Waiting.until("counted", () -> mesh.api.metrics().text().contains("code=\"WEFT-H001\""));
    }

    @Test
    void silenceIsRefusedAndNeverReachesTheApplication() throws IOException {
        mesh.close();
        mesh = new MeshFixture(application.address(), "--first-head=400ms");
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
        try (Socket socket = mesh.connect()) {
            socket.getOutputStream().write("GET /orders HT".getBytes(StandardCharsets.ISO_8859_1));
            Waiting.until("refused", () -> mesh.api.metrics().text().contains("code=\"WEFT-D034\""));
        } catch (SocketException _) {
            // a slow machine may be through with the time before it has written
        }
        Waiting.until("refused", () -> mesh.api.metrics().text().contains("code=\"WEFT-D034\""));
        assertThat(reached).isEmpty();
    }

    @Test
    void aConnectionThatWasCarriedAsBytesEndsWhenRequestsAreJudged() throws IOException {
        try (Socket socket = mesh.connect()) {
            assertThat(ask(socket, "/orders")).startsWith("HTTP/1.1 200").contains("forged");
            mesh.api.inbound(
                    Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
            Waiting.until("closed", () -> mesh.api.metrics().text().contains("code=\"WEFT-D033\""));
        }
    }

    @Test
    void anAuditPolicyRecordsRequestsAndRefusesNothing() throws IOException {
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_AUDIT, false, Requests.path("/orders"))));
        try (Socket socket = mesh.connect()) {
            assertThat(ask(socket, "/orders")).startsWith("HTTP/1.1 200").contains("forged");
            assertThat(ask(socket, "/other")).startsWith("HTTP/1.1 200");
        }
        try (Socket socket = mesh.connect()) {
            socket.getOutputStream().write("\0\1 not HTTP\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(answer(socket)).endsWith("\0\1 not HTTP\r\n\r\n");
        }
        Waiting.until(
                "counted",
                () -> mesh.api.metrics().text().contains("weft_policy_audited_total{policy=\"shop/requests\"} 1"));
        Waiting.until("logged", () -> log().contains("\"path\":\"/other\""));
    }

    @Test
    void aProbeIsExemptWhereRequestsAreJudged() throws IOException {
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
        try (Socket socket = mesh.plaintext()) {
            assertThat(ask(socket, "/healthz")).startsWith("HTTP/1.1 200");
        }
        mesh.api.inbound(Requests.inbound(
                mesh,
                InboundMode.INBOUND_MODE_PERMISSIVE,
                Requests.policy(POLICY_ACTION_ALLOW, true, Requests.path("/public"))));
        try (Socket socket = mesh.plaintext()) {
            assertThat(ask(socket, "/healthz")).startsWith("HTTP/1.1 200");
            assertThat(ask(socket, "/public")).startsWith("HTTP/1.1 200").doesNotContain("weft-client-id");
            assertThat(ask(socket, "/private"))
                    .startsWith("HTTP/1.1 403")
                    .as("a caller without an identity is not told by which policy")
                    .doesNotContain("shop/requests");
        }
    }

    @Test
    void onlyTheExactProbeIsExempt() throws IOException {
        mesh.api.inbound(Requests.inbound(
                mesh,
                InboundMode.INBOUND_MODE_PERMISSIVE,
                "/ready?full=1",
                Requests.policy(POLICY_ACTION_ALLOW, true, Requests.path("/public"))));
        try (Socket socket = mesh.plaintext()) {
            assertThat(ask(socket, "/ready?full=1")).startsWith("HTTP/1.1 200");
            assertThat(ask(socket, "/ready")).startsWith("HTTP/1.1 403");
            assertThat(ask(socket, "/ready?full=2")).startsWith("HTTP/1.1 403");
            assertThat(ask(socket, "/healthz?x")).startsWith("HTTP/1.1 403");
            String body = "GET /healthz HTTP/1.1\r\nhost: api\r\ncontent-length: 1\r\n\r\nx";
            socket.getOutputStream().write(body.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(answer(socket)).startsWith("HTTP/1.1 403");
            assertThat(ask(socket, "/healthz")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aServerThatSpeaksFirstIsRefusedWhereRequestsAreJudged() throws IOException {
        try (EchoServer first = new EchoServer(socket -> {
            socket.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        })) {
            mesh.close();
            mesh = new MeshFixture(first.address());
            mesh.api.inbound(
                    Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
            try (Socket socket = mesh.connect()) {
                assertThat(socket.getInputStream().read()).isNegative();
            } catch (java.net.SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
            Waiting.until("counted", () -> mesh.api.metrics().text().contains("code=\"WEFT-H012\""));
        }
    }

    @Test
    void requestsInPiecesAndBodiesPassUnharmed() throws Exception {
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
        try (EchoServer sink = new EchoServer(socket -> {
            head(socket.getInputStream());
            byte[] body = socket.getInputStream().readNBytes(4 << 20);
            String answer = "HTTP/1.1 200 OK\r\ncontent-length: " + body.length + "\r\n\r\n";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body);
            socket.getInputStream().read();
        })) {
            mesh.close();
            mesh = new MeshFixture(sink.address());
            mesh.api.inbound(
                    Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/orders"))));
            byte[] body = new byte[4 << 20];
            new java.util.Random(5).nextBytes(body);
            try (Socket socket = mesh.connect()) {
                socket.setTcpNoDelay(true);
                for (byte b : ("POST /orders HTTP/1.1\r\nhost: api\r\ncontent-length: " + body.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1)) {
                    socket.getOutputStream().write(b);
                }
                Thread.startVirtualThread(() -> {
                    try {
                        socket.getOutputStream().write(body);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 200");
                assertThat(java.util.Arrays.equals(socket.getInputStream().readNBytes(body.length), body))
                        .isTrue();
            }
        }
    }
}
