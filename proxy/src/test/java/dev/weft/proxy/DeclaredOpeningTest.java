package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.session.Session;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections to a port that declares HTTP begin, while no policy is about requests. */
@Timeout(60)
class DeclaredOpeningTest {
    private final Queue<String> heads = new ConcurrentLinkedQueue<>();
    private HttpApplication application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new HttpApplication((head, connection) -> {
            heads.add(head);
            return HttpApplication.say(connection, HttpApplication.response("200 OK", head));
        });
        mesh = new MeshFixture(application.address(), "--first-head=100ms");
        mesh.api.inbound(Requests.declared(mesh));
    }

    /** With this application instead, which speaks no HTTP. */
    private void instead(EchoServer other) throws IOException {
        mesh.close();
        mesh = new MeshFixture(other.address());
        mesh.api.inbound(Requests.declared(mesh));
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    private void allow(String prefix) {
        mesh.api.inbound(Requests.declared(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path(prefix))));
    }

    private HttpCaller caller() throws IOException {
        return new HttpCaller(mesh);
    }

    private void nothingIsCutOff() {
        assertThat(mesh.api.metrics().text()).doesNotContain("WEFT-D033");
    }

    /** Octets that api's sidecar has received. */
    private long received() {
        return mesh.api.registry().sessions().stream()
                .mapToLong(Session::bytesIn)
                .sum();
    }

    @Test
    void aServerThatSpeaksFirstIsHeardAtOnce() throws IOException {
        try (EchoServer first = new EchoServer(socket -> {
            socket.getOutputStream().write("> ".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(socket.getOutputStream());
        })) {
            instead(first);
            try (HttpCaller caller = caller()) {
                assertThat(caller.read(2)).isEqualTo("> ");
                caller.say("GET / HTTP/1.1\r\nweft-client-id: x\r\n\r\n");
                assertThat(caller.read(9)).isEqualTo("GET / HTT");
                caller.socket.shutdownOutput();
                assertThat(caller.rest()).endsWith("weft-client-id: x\r\n\r\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0\1\2 /",
                "hello",
                "PING",
                "PRI * HTT",
                "\r",
                "\r\n",
                "GET",
                "GET key",
                "get key\r\n",
                "MAIL FROM:<a@b>\r\n",
                "{\"a\": \"GET / HTTP/1.1\"}",
                "\u0016\u0003\u0001\u0002\0\1\0",
            })
    void whatIsNotHttpPassesAtOnce(String said) throws IOException {
        try (EchoServer echo = new EchoServer()) {
            instead(echo);
            try (HttpCaller caller = caller()) {
                caller.say(said);
                assertThat(caller.read(said.length())).isEqualTo(said);
                String more = "GET / HTTP/1.1\r\n\r\n";
                caller.say(more);
                assertThat(caller.read(more.length()))
                        .as("the application has spoken first")
                        .isEqualTo(more);
                caller.socket.shutdownOutput();
                assertThat(caller.rest()).isEmpty();
            }
        }
    }

    @Test
    void oneLongLineOfAnotherProtocolPasses() throws IOException {
        try (EchoServer late = new EchoServer(socket -> {
            byte[] all = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(all);
        })) {
            instead(late);
            try (HttpCaller caller = caller()) {
                String line = "a".repeat(100_000) + " b";
                caller.say(line);
                caller.socket.shutdownOutput();
                assertThat(caller.rest()).isEqualTo(line);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get / HTTP/1.1\r\nweft-client-id: x\r\n\r\n",
                "GET / HTTP/1.1\nweft-client-id: x\n\n",
                "GET /\r\nweft-client-id: x\r\n\r\n",
                "GET / HTTP/1.2\r\nweft-client-id: x\r\n\r\n",
                " GET / HTTP/1.1\r\nweft-client-id: x\r\n\r\n",
                "\n\nGET / HTTP/1.1\r\nweft-client-id: x\r\n\r\n",
                "GET\u000b/ HTTP/1.1\r\nweft-client-id: x\r\n\r\n",
                "GET\r/ HTTP/1.1\r\nweft-client-id: x\r\n\r\n",
                "GET a HTTP/1.1 \r\nweft-client-id: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nweft-client-id : x\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            })
    void aRequestThatBeginsOddlyIsRefused(String odd) throws IOException {
        try (HttpCaller caller = caller()) {
            caller.say(odd);
            assertThat(caller.rest()).matches("(?s)HTTP/1.1 (400|505) .*");
        }
        assertThat(heads).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n"})
    void aFirstLineMayComeSlowly(String before) throws IOException {
        String head = "GET /slow HTTP/1.1\r\nHost: api\r\n";
        try (HttpCaller caller = caller()) {
            caller.socket.setTcpNoDelay(true);
            for (char c : (before + head + "\r\n").toCharArray()) {
                long seen = received();
                caller.say(String.valueOf(c));
                Waiting.until("it arrives alone", () -> received() > seen);
            }
            String body = caller.response().body();
            assertThat(body.strip() + "\r\n").isEqualTo(head + "weft-client-id: " + mesh.authority.id("web") + "\r\n");
            assertThat(caller.get("/next").status()).isEqualTo(200);
        }
    }

    @Test
    void aPrefaceMayComeSlowly() throws Exception {
        try (Http2Application calls = new Http2Application()) {
            mesh.close();
            mesh = new MeshFixture(calls.address());
            mesh.api.inbound(Requests.declared(mesh));
            try (HttpCaller caller = caller()) {
                caller.socket.setTcpNoDelay(true);
                for (char c : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".toCharArray()) {
                    long seen = received();
                    caller.say(String.valueOf(c));
                    Waiting.until("it arrives alone", () -> received() > seen);
                }
                String head = field(":method", "GET")
                        + field(":scheme", "http")
                        + field(":path", "/ok")
                        + field(":authority", "api")
                        + field("weft-client-id", "forged");
                caller.say("\0\0\0\4\0\0\0\0\0" + "\0\0" + (char) head.length() + "\1\5\0\0\0\1" + head);
                assertThat(calls.nextHead())
                        .contains(":path=/ok", "weft-client-id=" + mesh.authority.id("web"))
                        .doesNotContain("forged");
            }
        }
    }

    /** A literal field of HPACK. */
    private static String field(String name, String value) {
        return "\0" + (char) name.length() + name + (char) value.length() + value;
    }

    @Test
    void anEmptyLineOfWhichAPartHasPassedPassesWhole() throws IOException {
        try (HttpCaller caller = caller()) {
            caller.say("\r");
            Waiting.until("it arrives alone", () -> received() == 1);
            caller.say("\nGET /a HTTP/1.1\r\nHost: api\r\n\r\n");
            assertThat(caller.response().body())
                    .isEqualTo("\r\nGET /a HTTP/1.1\r\nHost: api\r\nweft-client-id: " + mesh.authority.id("web")
                            + "\r\n\r\n");
        }
    }

    @Test
    void aRequestOfWhichAPartHasPassedIsJudgedAndDoesNotMixWithTheNext() throws IOException {
        Queue<String> reached = new ConcurrentLinkedQueue<>();
        try (EchoServer sink = new EchoServer(socket -> {
            for (int c = socket.getInputStream().read();
                    c >= 0;
                    c = socket.getInputStream().read()) {
                reached.add(String.valueOf((char) c));
            }
        })) {
            instead(sink);
            try (HttpCaller caller = caller()) {
                caller.say("GE");
                Waiting.until("a part has passed", () -> reached.size() == 2);
                allow("/orders");
                caller.say("T /admin HTTP/1.1\r\nHost: api\r\n\r\nGET /orders HTTP/1.1\r\nHost: api\r\n\r\n");
                assertThat(caller.rest()).startsWith("HTTP/1.1 403").doesNotContain("HTTP/1.1 200");
            }
            assertThat(reached).containsExactly("G", "E");
        }
        nothingIsCutOff();
    }

    @Test
    void whatHasBecomeBytesEndsWhenRequestsAreJudged() throws IOException {
        try (EchoServer echo = new EchoServer()) {
            instead(echo);
            try (HttpCaller caller = caller()) {
                caller.say("\1");
                assertThat(caller.read(1)).isEqualTo("\1");
                mesh.api.inbound(Requests.declared(mesh));
                caller.say("\2");
                assertThat(caller.read(1)).isEqualTo("\2");
                allow("/");
                Waiting.until("closed", () -> mesh.api.metrics().text().contains("code=\"WEFT-D033\""));
            }
        }
    }

    @Test
    void silenceHasNoLimitUntilPolicyJudgesRequests() throws IOException {
        long since = System.nanoTime();
        try (HttpCaller caller = caller();
                HttpCaller silent = caller()) {
            Waiting.until("both are there", () -> application.connections.get() == 2);
            Waiting.until("longer than first-head", () -> System.nanoTime() - since > 150_000_000);
            assertThat(caller.get("/").status()).isEqualTo(200);
            allow("/");
            assertThat(silent.rest()).isEmpty();
            assertThat(caller.get("/").status()).isEqualTo(200);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
        Waiting.until("counted", () -> mesh.api.metrics().text().contains("code=\"WEFT-D034\""));
        nothingIsCutOff();
    }

    @Test
    void theEndOfACallerThatHasSaidNothingPasses() throws IOException {
        try (EchoServer late = new EchoServer(socket -> {
            socket.getInputStream().readAllBytes();
            socket.getOutputStream().write("bye".getBytes(StandardCharsets.US_ASCII));
        })) {
            instead(late);
            try (HttpCaller caller = caller()) {
                caller.socket.shutdownOutput();
                assertThat(caller.rest()).isEqualTo("bye");
            }
        }
    }
}
