package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.RequestTable;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections of HTTP/1.1 to a destination that has one endpoint until it gets another. */
@Timeout(60)
class ScaledUpTest {
    private static final String CLOSE = "\r\nConnection: close\r\n";
    private static final String ASKED = "weft_events_total{event=\"reconnect-asked\"} ";
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: api\r\n\r\n";
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";

    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private HttpApplication first;
    private HttpApplication second;
    private BalancedMesh mesh;

    @BeforeEach
    void start() throws IOException {
        first = new HttpApplication(this::answer);
        second = HttpApplication.ok("second");
        mesh = new BalancedMesh(new HttpApplication[] {first, second}, "--detect-declared=10ms");
        mesh.route(true, first.address());
        mesh.mesh.api.inbound(Requests.declared(mesh.mesh));
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
    }

    private boolean answer(String head, Socket connection) throws IOException {
        if (head.contains("Upgrade: websocket")) {
            HttpApplication.say(connection, SWITCH);
            connection.getInputStream().transferTo(connection.getOutputStream());
            return false;
        }
        if (head.startsWith("GET /slow ")) {
            await();
        } else if (head.startsWith("GET /parts ")) {
            HttpApplication.say(connection, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfi");
            await();
            return HttpApplication.say(connection, "rst");
        }
        return HttpApplication.say(connection, HttpApplication.response("200 OK", "first"));
    }

    private void await() throws IOException {
        try {
            mayAnswer.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** The endpoint's sidecar has been asked to end so many connections, and knows it. */
    private void scaledUp(int asked) throws IOException {
        mesh.route(true, first.address(), second.address());
        heard(asked);
    }

    private void heard(int asked) throws IOException {
        Waiting.until("asked", () -> mesh.mesh.web.metrics().text().contains(ASKED + asked + "\n"));
        try (HttpCaller behind = mesh.caller()) { // in the same tunnel, and so after it
            assertThat(behind.get("/").status()).isEqualTo(200);
        }
    }

    private static void keeps(HttpCaller caller) throws IOException {
        HttpCaller.Response response = caller.get("/");
        assertThat(response.body()).isEqualTo("first");
        assertThat(response.head()).doesNotContainIgnoringCase("connection: close");
    }

    private static void endsWith(HttpCaller caller, HttpCaller.Response response) throws IOException {
        assertThat(response.head()).startsWith("HTTP/1.1 200").contains(CLOSE);
        assertThat(response.body()).isEqualTo("first");
        assertThat(caller.rest()).isEmpty();
    }

    @Test
    void aKeptConnectionEndsWithTheNextResponse() throws IOException {
        try (HttpCaller caller = mesh.caller()) {
            keeps(caller);
            scaledUp(1);
            endsWith(caller, caller.get("/"));
        }
        Waiting.until("it has ended", () -> mesh.mesh.web.registry().sessions().isEmpty());
        mesh.mesh.web.close(); // its log is complete
        assertThat(mesh.mesh.accessLog("web")).contains("session ended").doesNotContain("WEFT-D");
        assertThat(mesh.mesh.accessLog("api")).doesNotContain("WEFT-D", "WEFT-H");
    }

    @Test
    void requestsSpreadAndNoneFails() throws IOException {
        Set<String> answered = new HashSet<>();
        HttpCaller caller = mesh.caller();
        try {
            keeps(caller);
            mesh.route(true, first.address(), second.address());
            while (answered.size() < 2) {
                HttpCaller.Response response = caller.get("/");
                assertThat(response.status()).isEqualTo(200);
                answered.add(response.body());
                if (response.head().contains(CLOSE)) {
                    caller.close();
                    caller = mesh.caller();
                }
            }
        } finally {
            caller.close();
        }
        assertThat(answered).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void aRequestUnderWayIsAnsweredAndIsTheLast() throws IOException {
        try (HttpCaller caller = mesh.caller()) {
            keeps(caller);
            caller.say(SLOW + SLOW);
            Waiting.until("both have come", () -> first.requests.get() == 2);
            scaledUp(1);
            mayAnswer.countDown();
            assertThat(caller.response().head()).doesNotContain(CLOSE);
            endsWith(caller, caller.response());
        }
    }

    @Test
    void aResponseWhoseHeadHasPassedIsNotTheLast() throws IOException {
        try (HttpCaller caller = mesh.caller()) {
            caller.say("GET /parts HTTP/1.1\r\nHost: api\r\n\r\n");
            Waiting.until(
                    "the head has come", () -> caller.socket.getInputStream().available() > 0);
            scaledUp(1);
            mayAnswer.countDown();
            HttpCaller.Response response = caller.response();
            assertThat(response.head()).doesNotContain(CLOSE);
            assertThat(response.body()).isEqualTo("first");
            endsWith(caller, caller.get("/"));
        }
    }

    @Test
    void aConnectionThatHasAskedNothingEndsAfterItsFirstRequest() throws IOException {
        try (HttpCaller caller = mesh.caller()) {
            Waiting.until(
                    "it is carried", () -> !mesh.mesh.api.registry().sessions().isEmpty());
            scaledUp(1);
            endsWith(caller, caller.get("/"));
        }
    }

    @Test
    void aWebSocketContinues() throws IOException {
        try (HttpCaller caller = mesh.caller()) {
            caller.say("GET /ws HTTP/1.1\r\nHost: api\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(caller.read(SWITCH.length())).isEqualTo(SWITCH);
            scaledUp(1);
            caller.say("frames");
            assertThat(caller.read(6)).isEqualTo("frames");
        }
    }

    @Test
    void aConnectionWhoseRequestsNobodyReadsContinues() throws IOException {
        mesh.mesh.api.inbound(Requests.strict(mesh.mesh));
        try (HttpCaller caller = mesh.caller()) {
            keeps(caller);
            scaledUp(1);
            keeps(caller);
            keeps(caller);
        }
    }

    @Test
    void judgedConnectionsEndInTheSameWay() throws IOException {
        mesh.mesh.api.inbound(
                Requests.strict(mesh.mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
        try (HttpCaller caller = mesh.caller()) {
            keeps(caller);
            scaledUp(1);
            endsWith(caller, caller.get("/"));
        }
    }

    @Test
    void everyKeptConnectionEndsAndOnlyThose() throws IOException {
        try (HttpCaller one = mesh.caller();
                HttpCaller two = mesh.caller()) {
            keeps(one);
            keeps(two);
            scaledUp(2);
            endsWith(one, one.get("/"));
            endsWith(two, two.get("/"));
            mesh.route(true, first.address());
            mesh.route(true, first.address(), second.address());
            for (int i = 0; i < 3; i++) {
                mesh.mesh.onLoop(() -> {});
            }
            assertThat(mesh.mesh.web.metrics().text()).contains(ASKED + "2\n");
        }
    }

    private Route.Endpoint endpoint() {
        return new Route.Endpoint(
                first.address(), mesh.mesh.authority.id("api"), mesh.mesh.tunnelPort(), 1, Hint.HTTP1);
    }

    @Test
    void routesThatComeEndItToo() throws IOException {
        try (HttpCaller caller = mesh.caller()) {
            keeps(caller);
            mesh.mesh.route(new Route.ToEndpoints(
                    List.of(endpoint()),
                    RequestTable.fromProto(RequestRoutes.newBuilder()
                            .addMatches(RoutedMesh.any())
                            .addRules(RoutedMesh.to(RoutedMesh.self()))
                            .build()),
                    "shop/api"));
            heard(1);
            endsWith(caller, caller.get("/"));
        }
    }
}
