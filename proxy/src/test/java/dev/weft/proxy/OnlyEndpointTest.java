package dev.weft.proxy;

import static dev.weft.proxy.RoutedMesh.any;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteRetry;
import dev.weft.api.v1.RouteRule;
import dev.weft.proxy.tunnel.RequestPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests to a backend with one endpoint, which fails: they can go nowhere else. */
@Timeout(60)
class OnlyEndpointTest {
    /** Short, and yet long enough for a request to reach the application. */
    private static final int TIMEOUT = 2_000;
    /** More than a budget allows, with what is added to it meanwhile. */
    private static final int MANY = 200;

    private final AtomicInteger losses = new AtomicInteger();
    private Http2Application calls;
    private HttpApplication application;
    private RoutedMesh mesh;

    @BeforeEach
    void start() throws Exception {
        calls = new Http2Application();
        application = new HttpApplication((_, connection) -> losses.getAndDecrement() <= 0
                && HttpApplication.say(connection, HttpApplication.response("200 OK", "good")));
        mesh = new RoutedMesh(application.address());
    }

    @AfterEach
    void stop() throws Exception {
        mesh.close();
        application.close();
        calls.close();
    }

    private void routed(InetSocketAddress backend, RouteRule.Builder rule) throws IOException {
        mesh.routes(RequestRoutes.newBuilder().addMatches(any()).addRules(rule.addBackends(mesh.backend(1, backend))));
    }

    private static RouteRule.Builder retrying(int attempts) {
        return RouteRule.newBuilder()
                .setRetry(RouteRetry.newBuilder().setAttempts(attempts).setBackoffMillis(1));
    }

    private String get(String path) throws Exception {
        try (RequestPeer peer = new RequestPeer(
                mesh.mesh.loops, Objects.requireNonNull(mesh.mesh.web.ports()).outbound())) {
            return peer.ask(
                            RequestPeer.fields(
                                    ":method", "GET", ":scheme", "http", ":path", path, ":authority", "api.shop"),
                            true)
                    .next();
        }
    }

    private void assertRetries(String result, int expected) {
        assertThat(mesh.mesh.web.metrics().text())
                .contains("weft_caller_retries_total{result=\"" + result + "\"} " + expected + "\n");
    }

    @Test
    void aLostRequestTakesNothingFromTheBudget() throws Exception {
        losses.set(MANY);
        routed(application.address(), RouteRule.newBuilder());
        try (HttpCaller caller = mesh.caller()) {
            for (int i = 0; i < MANY; i++) {
                assertThat(caller.get("/").head()).contains("502", "weft-code: WEFT-H030");
            }
        }
        assertRetries("sent", 0);
        assertRetries("over-budget", 0);
    }

    @Test
    void aLostRequestIsSentAgainAsItsRouteAsks() throws Exception {
        losses.set(2);
        routed(application.address(), retrying(2));
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").body()).isEqualTo("good");
        }
        assertRetries("sent", 2);
    }

    @Test
    void aRequestThatReachesNoApplicationIsSentAgainAsItsRouteAsks() throws Exception {
        routed(BalancedMesh.nowhere(), retrying(3));
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.post("/", "body").head()).contains("503", "weft-code: WEFT-D012");
        }
        assertRetries("sent", 3);
        assertThat(get("/")).contains(":status=503", "weft-code=WEFT-D012");
        assertRetries("sent", 6);
    }

    @Test
    void anAttemptThatTakesTooLongIsATimeOut() throws Exception {
        application.answer((_, connection) -> connection.getInputStream().read() >= 0);
        routed(application.address(), RouteRule.newBuilder().setBackendTimeoutMillis(TIMEOUT));
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").head()).contains("504", "weft-code: WEFT-H052");
        }
        routed(calls.address(), RouteRule.newBuilder().setBackendTimeoutMillis(TIMEOUT));
        assertThat(get("/silent")).contains(":status=504", "weft-code=WEFT-H052");
        assertRetries("over-budget", 0);
    }
}
