package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.HttpMatch;
import dev.weft.api.v1.RequestMatch;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONNECT to an application that is itself a proxy, where policies judge its requests. */
@Timeout(60)
class HttpConnectTest {
    private static final String ACCEPTED = "HTTP/1.1 200 Connected\r\n\r\n";

    private final Queue<String> heads = new ConcurrentLinkedQueue<>();
    private HttpApplication application;

    /** Accepts CONNECT to ports below 1000, and then echoes; answers all other requests. */
    @BeforeEach
    void start() throws IOException {
        application = new HttpApplication((head, connection) -> {
            heads.add(head);
            String line = head.substring(0, head.indexOf("\r\n"));
            if (!line.matches("CONNECT .*:[0-9]{1,3} HTTP/1.1")) {
                return HttpApplication.say(connection, HttpApplication.response("404 Not Found", "no"));
            }
            HttpApplication.say(connection, ACCEPTED);
            connection.getInputStream().transferTo(connection.getOutputStream());
            return false;
        });
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private BalancedMesh mesh(RequestMatch to, String... flags) throws IOException {
        BalancedMesh mesh = new BalancedMesh(new HttpApplication[] {application}, flags);
        mesh.mesh.api.inbound(Requests.strict(mesh.mesh, Requests.policy(POLICY_ACTION_ALLOW, false, to)));
        mesh.route(true, application.address(), application.address());
        return mesh;
    }

    private static RequestMatch to(String... hosts) {
        return RequestMatch.newBuilder()
                .setHttp(HttpMatch.newBuilder()
                        .addMethods("CONNECT")
                        .addMethods("GET")
                        .addAllHosts(java.util.List.of(hosts)))
                .build();
    }

    private static String connect(String target) {
        return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
    }

    @Test
    void carriesBytesBothWaysAfterItWasJudgedAndAccepted() throws Exception {
        try (BalancedMesh mesh = mesh(to("a.example"), "--http-connect=tunnel");
                HttpCaller caller = mesh.caller()) {
            caller.say(connect("b.example:443"));
            assertThat(caller.response().head()).startsWith("HTTP/1.1 403").contains("weft-code: WEFT-P002");
            caller.say(connect("a.example:8443"));
            assertThat(caller.response().status()).isEqualTo(404);
            caller.say("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            assertThat(caller.response().status()).isEqualTo(404);
            caller.say(connect("a.example:443") + "\u0016\u0003early");
            assertThat(caller.read(ACCEPTED.length() + 7)).isEqualTo(ACCEPTED + "\u0016\u0003early");
            caller.say(connect("b.example:443"));
            assertThat(caller.read(connect("b.example:443").length())).isEqualTo(connect("b.example:443"));
            caller.socket.shutdownOutput();
            assertThat(caller.rest()).isEmpty();
            assertThat(heads).hasSize(3).noneMatch(head -> head.contains("b.example"));
            assertThat(heads).anyMatch(head -> head.contains("weft-client-id: " + mesh.mesh.authority.id("web")));
            Waiting.until("the log", () -> log(mesh).contains("\"host\":\"a.example:443\",\"status\":200"));
            assertThat(log(mesh))
                    .contains("\"method\":\"CONNECT\",\"path\":\"\",\"host\":\"b.example:443\",\"status\":403");
        }
    }

    private static String log(BalancedMesh mesh) {
        try {
            return mesh.mesh.accessLog("api");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aTunnelEndsWhenPolicyNoLongerAllowsIt() throws Exception {
        try (BalancedMesh mesh = mesh(to(), "--http-connect=tunnel");
                HttpCaller caller = mesh.caller()) {
            caller.say(connect("a.example:443") + "x");
            assertThat(caller.read(ACCEPTED.length() + 1)).isEqualTo(ACCEPTED + "x");
            mesh.mesh.api.inbound(
                    Requests.strict(mesh.mesh, Requests.policy(POLICY_ACTION_ALLOW, false, to("other.example"))));
            Waiting.until("the end", () -> {
                try {
                    return caller.socket.getInputStream().read() < 0;
                } catch (IOException e) {
                    return true;
                }
            });
        }
    }

    @Test
    void isRefusedByDefault() throws Exception {
        try (BalancedMesh mesh = mesh(to());
                HttpCaller caller = mesh.caller()) {
            caller.say(connect("a.example:443"));
            assertThat(caller.response().head()).startsWith("HTTP/1.1 501").contains("weft-code: WEFT-H008");
            assertThat(heads).isEmpty();
        }
    }

    @Test
    void noRuleOnPathsAllowsIt() throws Exception {
        try (BalancedMesh mesh = mesh(Requests.path("/"), "--http-connect=tunnel");
                HttpCaller caller = mesh.caller()) {
            caller.say(connect("a.example:443"));
            assertThat(caller.response().head()).startsWith("HTTP/1.1 403");
            assertThat(heads).isEmpty();
        }
    }
}
