package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.mesh.Hint;
import dev.weft.testing.Waiting;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A destination that declares HTTP/1.1 and has one endpoint for now. */
@Timeout(60)
class SingleEndpointTest {
    private static final String DETECTION = "--detect-declared=100ms";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";

    private static boolean tunnel(String head, Socket connection) throws java.io.IOException {
        boolean upgrade = head.contains("Upgrade: websocket");
        if (!upgrade && !head.startsWith("CONNECT ")) {
            return HttpApplication.say(connection, HttpApplication.response("200 OK", head));
        }
        HttpApplication.say(connection, upgrade ? SWITCH : "HTTP/1.1 200 Connected\r\n\r\n");
        connection.getInputStream().transferTo(connection.getOutputStream());
        return false;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void requestsOfAnOpenConnectionSpreadOnceThereAreMoreEndpoints(boolean meshed) throws Exception {
        HttpApplication first = HttpApplication.ok("first");
        HttpApplication second = HttpApplication.ok("second");
        try (BalancedMesh mesh = new BalancedMesh(first, second)) {
            mesh.route(meshed, first.address());
            try (HttpCaller caller = mesh.caller()) {
                assertThat(caller.get("/").body()).isEqualTo("first");
                assertThat(caller.post("/", "x".repeat(100_000)).body()).isEqualTo("first");
                assertThat(mesh.mesh.web.metrics().text())
                        .contains("weft_caller_requests_total")
                        .contains("status=\"2xx\"} 2");
                mesh.route(meshed, first.address(), second.address());
                Waiting.until(
                        "another one answers", () -> caller.get("/").body().equals("second"));
                mesh.route(meshed, second.address());
                assertThat(caller.get("/").body()).isEqualTo("second");
            }
        }
    }

    @Test
    void whereNothingIsDeclaredTheConnectionIsNotRead() throws Exception {
        HttpApplication only = HttpApplication.ok("only");
        try (BalancedMesh mesh = new BalancedMesh(only)) {
            mesh.route(Hint.NONE);
            try (HttpCaller caller = mesh.caller()) {
                assertThat(caller.get("/").body()).isEqualTo("only");
                assertThat(mesh.mesh.web.metrics().text()).doesNotContain("status=\"2xx\"} 1");
            }
        }
    }

    @Test
    void aServerThatSpeaksFirstIsHeardAndItsConnectionStaysBytes() throws Exception {
        HttpApplication greeting = HttpApplication.greeting("220 ready\r\n", "250 fine\r\n");
        try (BalancedMesh mesh = new BalancedMesh(new HttpApplication[] {greeting}, DETECTION);
                HttpCaller caller = mesh.caller()) {
            assertThat(caller.read(11)).isEqualTo("220 ready\r\n");
            caller.say("GET / HTTP/1.1\r\n\r\n");
            assertThat(caller.read(10)).isEqualTo("250 fine\r\n");
        }
    }

    @Test
    void whatIsNotHttpIsCarriedAsItIs() throws Exception {
        HttpApplication other = HttpApplication.saying("+PONG\r\n");
        try (BalancedMesh mesh = new BalancedMesh(other);
                HttpCaller caller = mesh.caller()) {
            caller.say("\0\1 PING\r\n\r\n");
            assertThat(caller.read(7)).isEqualTo("+PONG\r\n");
            caller.say("GET / HTTP/1.1\r\n\r\n");
            assertThat(caller.read(7)).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void headsThatPolicyCouldNotJudgeReachTheEndpoint() throws Exception {
        try (BalancedMesh mesh = new BalancedMesh(new HttpApplication(SingleEndpointTest::tunnel));
                HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/a%2Fb").body()).startsWith("GET /a%2Fb HTTP/1.1\r\n");
            assertThat(caller.get("/a//b").body()).startsWith("GET /a//b HTTP/1.1\r\n");
        }
    }

    @Test
    void upgradesAndTunnelsCarryBytes() throws Exception {
        try (BalancedMesh mesh = new BalancedMesh(new HttpApplication(SingleEndpointTest::tunnel));
                HttpCaller upgraded = mesh.caller();
                HttpCaller tunnelled = mesh.caller()) {
            assertThat(upgraded.get("/").status()).isEqualTo(200);
            upgraded.say("GET /ws HTTP/1.1\r\nHost: api\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(upgraded.read(SWITCH.length())).isEqualTo(SWITCH);
            upgraded.say("frames");
            assertThat(upgraded.read(6)).isEqualTo("frames");
            tunnelled.say("CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n");
            assertThat(tunnelled.response().status()).isEqualTo(200);
            tunnelled.say("\u0016\3\1");
            assertThat(tunnelled.read(3)).isEqualTo("\u0016\3\1");
        }
    }

    @Test
    void expectationsAndHttp10PassAsTheyAre() throws Exception {
        HttpApplication application = new HttpApplication((head, connection) -> {
            if (head.contains("Expect: ")) {
                HttpApplication.say(connection, "HTTP/1.1 100 Continue\r\n\r\n");
                connection.getInputStream().readNBytes(4);
            }
            HttpApplication.say(connection, HttpApplication.response("200 OK", head.substring(0, 4)));
            return !head.contains("HTTP/1.0");
        });
        try (BalancedMesh mesh = new BalancedMesh(application);
                HttpCaller caller = mesh.caller();
                HttpCaller old = mesh.caller()) {
            caller.say("POST / HTTP/1.1\r\nHost: api\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
            assertThat(caller.read(25)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            caller.say("body");
            assertThat(caller.response().body()).isEqualTo("POST");
            old.say("GET / HTTP/1.0\r\n\r\n");
            assertThat(old.response().body()).isEqualTo("GET ");
            assertThat(old.rest()).isEmpty();
        }
    }
}
