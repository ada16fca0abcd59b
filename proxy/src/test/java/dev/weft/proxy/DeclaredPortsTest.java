package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_AUDIT;
import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_DENY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.AuthorizationPolicy;
import dev.weft.api.v1.Edge;
import dev.weft.api.v1.Inbound;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to a port that declares HTTP, while no policy is about requests. */
@Timeout(60)
class DeclaredPortsTest {
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";
    private static final String ACCEPTED = "HTTP/1.1 200 Connected\r\n\r\n";

    private final Queue<String> heads = new ConcurrentLinkedQueue<>();
    private HttpApplication application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws IOException {
        application = new HttpApplication(this::answer);
        mesh = new MeshFixture(application.address());
        policies();
    }

    private boolean answer(String head, Socket connection) throws IOException {
        heads.add(head);
        if (head.startsWith("CONNECT ")) {
            HttpApplication.say(connection, ACCEPTED);
        } else if (head.contains("Upgrade: websocket")) {
            HttpApplication.say(connection, SWITCH);
        } else {
            return HttpApplication.say(connection, HttpApplication.response("200 OK", head));
        }
        connection.getInputStream().transferTo(connection.getOutputStream());
        return false;
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    private void policies(AuthorizationPolicy... policies) {
        mesh.api.inbound(Requests.declared(mesh, policies));
    }

    private void allow(String prefix) {
        policies(Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path(prefix)));
    }

    private HttpCaller caller() throws IOException {
        return new HttpCaller(mesh);
    }

    private String log() {
        try {
            return mesh.accessLog("api");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Edge edge() {
        return mesh.api.edges().with(mesh.api.registry().sessions()).getFirst();
    }

    private void nothingIsCutOff() {
        assertThat(mesh.api.metrics().text()).doesNotContain("WEFT-D033");
    }

    @Test
    void requestsAreReadAndRecordedAlthoughNoPolicyIsAboutThem() throws IOException {
        try (HttpCaller caller = caller()) {
            caller.say("GET /a HTTP/1.1\r\nHost: api\r\nWeft_Client-ID: spiffe://forged\r\n\r\n");
            assertThat(caller.response().body())
                    .contains("weft-client-id: " + mesh.authority.id("web"))
                    .doesNotContain("forged");
            assertThat(caller.post("/b", "x".repeat(70_000)).status()).isEqualTo(200);
            Waiting.until(
                    "both are counted",
                    () -> edge().getRequestsCount() == 1
                            && edge().getRequests(0).getByClass(2) == 2);
            assertThat(edge().getRequests(0).getProtocol()).isEqualTo("http/1.1");
        }
        Waiting.until("the log", () -> log().contains("session ended"));
        assertThat(log())
                .contains("\"path\":\"/a\"", "\"path\":\"/b\"", "\"message\":\"request ended\"")
                .contains("\"decision\":\"allow\"")
                .doesNotContain("per-request");
        assertThat(mesh.api.metrics().text())
                .contains("weft_requests_total{protocol=\"http/1.1\",status=\"2xx\",decision=\"allow\"} 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65_536, -1})
    void aNumberThatIsNoPortIsRefused(int port) {
        Inbound.Builder message = Inbound.newBuilder().addHttpPorts(port);
        assertThatThrownBy(() -> mesh.inbound(message))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HTTP port " + Integer.toUnsignedString(port) + " (expected: 1-65535)");
    }

    @Test
    void aPortThatIsNotDeclaredStaysUnread() throws IOException {
        mesh.api.inbound(Requests.strict(mesh));
        try (HttpCaller caller = caller()) {
            caller.say("GET /a HTTP/1.1\r\nHost: api\r\nweft-client-id: spiffe://forged\r\n\r\n");
            assertThat(caller.response().body()).contains("forged").doesNotContain(mesh.authority.id("web") + "");
            assertThat(edge().getRequestsCount()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a%2Fb HTTP/1.1\r\nHost: api\r\n",
                "GET //a HTTP/1.1\r\nHost: api\r\n",
                "GET /a/../b;c=d HTTP/1.1\r\nHost: api\r\n",
                "GET /\u00c3\u00bc?q=\u00c3 HTTP/1.1\r\nHost: api\r\n",
                "GET http://elsewhere/a HTTP/1.1\r\nHost: api\r\n",
                "GET /a HTTP/1.1\r\n",
                "GET /a HTTP/1.1\r\nHost: api\r\nHost: other\r\n",
                "GET /a HTTP/1.1\r\nHost: a_b@c/d\r\n",
                "GET /a HTTP/1.1\r\nHost: api\r\nExpect: something\r\n",
            })
    void whatPolicyCouldNotJudgePassesUntilPolicyMust(String head) throws IOException {
        try (HttpCaller caller = caller()) {
            caller.say(head + "\r\n");
            assertThat(caller.response().body())
                    .isEqualTo(head + "weft-client-id: " + mesh.authority.id("web") + "\r\n\r\n");
            allow("/");
            assertThat(caller.get("/fine").status()).isEqualTo(200);
            caller.say(head + "\r\n");
            assertThat(caller.response().head()).contains("weft-code: WEFT-H0");
            assertThat(heads).hasSize(2);
        }
        nothingIsCutOff();
    }

    @Test
    void aPolicyJudgesTheNextRequestOfALiveConnectionAndCutsNothingOff() throws IOException {
        try (HttpCaller caller = caller()) {
            assertThat(caller.get("/orders").status()).isEqualTo(200);
            allow("/orders");
            assertThat(caller.get("/orders").status()).isEqualTo(200);
            assertThat(caller.get("/admin").head()).startsWith("HTTP/1.1 403").contains("weft-code: WEFT-P002");
            policies();
            assertThat(caller.get("/admin").status()).isEqualTo(200);
            policies(Requests.policy(POLICY_ACTION_DENY, false, Requests.path("/admin")));
            assertThat(caller.get("/admin").status()).isEqualTo(403);
            assertThat(caller.get("/orders").status()).isEqualTo(200);
        }
        nothingIsCutOff();
    }

    @Test
    void anOpenRequestGoesOnIfPolicyAllowsItAndEndsIfNot() throws IOException {
        try (HttpCaller caller = caller();
                HttpCaller other = caller();
                HttpCaller odd = caller()) {
            begin(caller, "/orders");
            begin(other, "/admin");
            begin(odd, "/orders//1");
            allow("/orders");
            assertThat(other.response().head()).startsWith("HTTP/1.1 403");
            assertThat(odd.response().head()).startsWith("HTTP/1.1 403").contains("weft-code: WEFT-D033");
            caller.say("\r\n");
            assertThat(caller.response().status()).isEqualTo(200);
        }
    }

    /** A request whose body is missing its end: the application of this has not answered before. */
    private void begin(HttpCaller caller, String path) throws IOException {
        int before = heads.size();
        application.answer((head, connection) -> {
            heads.add(head);
            connection.getInputStream().readNBytes(2);
            return HttpApplication.say(connection, HttpApplication.response("200 OK", ""));
        });
        caller.say("POST " + path + " HTTP/1.1\r\nHost: api\r\nContent-Length: 2\r\n\r\n");
        Waiting.until("the head is there", () -> heads.size() > before);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        try (HttpCaller caller = caller()) {
            String host = " HTTP/1.1\r\nHost: api\r\n\r\n";
            caller.say("GET /1" + host + "GET /2//" + host + "GET /3" + host);
            assertThat(caller.response().body()).startsWith("GET /1 ");
            assertThat(caller.response().body()).startsWith("GET /2// ");
            assertThat(caller.response().body()).startsWith("GET /3 ").contains("weft-client-id");
        }
    }

    @Test
    void anUpgradeAndATunnelCarryBytes() throws IOException {
        try (HttpCaller caller = caller()) {
            caller.say("GET /ws HTTP/1.1\r\nHost: api\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(caller.read(SWITCH.length())).isEqualTo(SWITCH);
            caller.say("\u0081\5hello");
            assertThat(caller.read(7)).isEqualTo("\u0081\5hello");
            allow("/ws");
            caller.say("more");
            assertThat(caller.read(4)).isEqualTo("more");
        }
        policies();
        try (HttpCaller caller = caller()) {
            caller.say("CONNECT db:5432 HTTP/1.1\r\nHost: db\r\n\r\n");
            assertThat(caller.read(ACCEPTED.length())).isEqualTo(ACCEPTED);
            caller.say("GET / HTTP/1.1\r\n\r\n");
            assertThat(caller.read(18)).isEqualTo("GET / HTTP/1.1\r\n\r\n");
            allow("/");
            assertThat(caller.rest())
                    .as("no tunnel is allowed where policy judges requests")
                    .isEmpty();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    /** The judge of the session sees that request only once it gets the place, by a policy that has come meanwhile. */
    @Test
    void aRequestThatWaitsForAPlacePassesNoPolicyThatCouldNotJudgeIt() throws IOException {
        try (HttpCaller caller = caller();
                HttpCaller odd = caller()) {
            assertThat(odd.get("/").status()).isEqualTo(200);
            mesh.api.inbound(Requests.declaredAtOnce(mesh, 1));
            begin(caller, "/public/x");
            odd.say("GET /public/../admin HTTP/1.1\r\nHost: api\r\n\r\n");
            Waiting.until("it waits", () -> mesh.api.metrics().text().contains("\nweft_requests_waiting 1\n"));
            mesh.api.inbound(Requests.declaredAtOnce(
                    mesh, 1, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/public"))));
            caller.say("\r\n");
            assertThat(caller.response().status()).isEqualTo(200);
            assertThat(odd.response().head()).startsWith("HTTP/1.1 403").contains("weft-code: WEFT-D033");
            begin(odd, "/public/x");
            odd.say("\r\n");
            assertThat(odd.response().status()).as("the place is free").isEqualTo(200);
        }
        assertThat(heads).noneMatch(head -> head.contains("admin"));
    }

    @Test
    void auditPoliciesRefuseNothingAndTheIdentityIsSet() throws IOException {
        policies(Requests.policy(POLICY_ACTION_AUDIT, false, Requests.path("/orders")));
        try (HttpCaller caller = caller()) {
            assertThat(caller.get("/orders").body()).contains("weft-client-id: " + mesh.authority.id("web"));
            assertThat(caller.get("/other//a").body()).contains("weft-client-id: " + mesh.authority.id("web"));
        }
        Waiting.until(
                "counted",
                () -> mesh.api.metrics().text().contains("weft_policy_audited_total{policy=\"shop/requests\"} 1"));
    }
}
