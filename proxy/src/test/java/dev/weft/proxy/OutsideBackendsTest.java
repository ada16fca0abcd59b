package dev.weft.proxy;

import static dev.weft.proxy.OutsideRules.host;
import static dev.weft.proxy.OutsideRules.only;
import static dev.weft.proxy.RoutedMesh.any;
import static dev.weft.proxy.RoutedMesh.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.route.RequestTable;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that leave the mesh although their destination has sidecars: to backends of routes, and to endpoints that came later. */
@Timeout(60)
class OutsideBackendsTest {
    private static final String CHUNK = "1\r\nx\r\n";
    private static final String ENDLESS = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK;
    private static final String ASKS = "GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n";
    private static final String UPGRADES =
            "GET / HTTP/1.1\r\nHost: api.shop\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

    private HttpApplication own;
    private HttpApplication outside;
    private HttpApplication another;
    private RoutedMesh mesh;

    @BeforeEach
    void start() throws Exception {
        own = HttpApplication.ok("own");
        outside = HttpApplication.ok("outside");
        another = HttpApplication.ok("another");
        mesh = new RoutedMesh(own.address());
    }

    @AfterEach
    void stop() throws Exception {
        mesh.close();
        another.close();
        outside.close();
        own.close();
    }

    private static Route.Endpoint plain(InetSocketAddress address) {
        return new Route.Endpoint(address, null, 0, 1, Hint.HTTP1);
    }

    /** All requests go to a backend of these, outside of the mesh. */
    private void routedTo(HttpApplication... applications) {
        String address = HostPort.text(RoutedMesh.address(1));
        mesh.mesh
                .web
                .directory()
                .update(
                        RoutedMesh.address(1),
                        new Route.ToEndpoints(Arrays.stream(applications)
                                .map(application -> plain(application.address()))
                                .toList()));
        mesh.routes(RequestRoutes.newBuilder()
                .addMatches(any())
                .addRules(to(RouteBackend.newBuilder()
                        .setService("shop/backend-1")
                        .setAddress(address)
                        .setWeight(1))));
    }

    private void assertEndsWithItsRule(HttpCaller caller) throws Exception {
        OutsideRules.allow(mesh.mesh, only(outside.address()), only(another.address()));
        HttpCaller kept = mesh.caller();
        assertThat(kept.get("/").status()).isEqualTo(200); // the change has come, and what is allowed stays
        kept.close();
        OutsideRules.allow(mesh.mesh, only(another.address()));
        assertThatThrownBy(caller::rest).isInstanceOf(SocketException.class);
    }

    @Test
    void aResponseOfABackendOutsideEndsWhenItsRuleIsTakenBack() throws Exception {
        outside.answer((_, connection) -> HttpApplication.say(connection, ENDLESS));
        OutsideRules.allow(mesh.mesh, only(outside.address()));
        routedTo(outside);
        try (HttpCaller caller = mesh.caller()) {
            caller.say(ASKS);
            assertThat(caller.response().status()).isEqualTo(200);
            assertThat(caller.read(CHUNK.length())).isEqualTo(CHUNK);
            assertEndsWithItsRule(caller);
        }
    }

    @Test
    void aProtocolThatABackendOutsideSwitchedToEndsWhenItsRuleIsTakenBack() throws Exception {
        OutsideRules.allow(mesh.mesh, only(outside.address()));
        routedTo(outside);
        outside.answer((_, connection) ->
                HttpApplication.say(connection, "HTTP/1.1 101 Yes\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n"));
        try (HttpCaller caller = mesh.caller()) {
            caller.say(UPGRADES);
            assertThat(caller.response().status()).isEqualTo(101);
            outside.answer((_, connection) -> HttpApplication.say(connection, HttpApplication.response("200 OK", "")));
            assertEndsWithItsRule(caller);
        }
    }

    /** The destination has several endpoints that speak HTTP/1.1, so that its requests are carried one by one. */
    @Test
    void aResponseOfAnEndpointWithoutASidecarThatCameLaterEndsWithItsRule() throws Exception {
        outside.answer((_, connection) -> HttpApplication.say(connection, ENDLESS));
        OutsideRules.allow(mesh.mesh, only(outside.address()));
        mesh.speaking(Hint.HTTP1);
        mesh.mesh.route(new Route.ToEndpoints(List.of(mesh.endpoint(own.address()), mesh.endpoint(another.address()))));
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").status()).isEqualTo(200);
            mesh.mesh.route(new Route.ToEndpoints(List.of(plain(outside.address()))));
            caller.say(ASKS);
            assertThat(caller.response().status()).isEqualTo(200);
            assertThat(caller.read(CHUNK.length())).isEqualTo(CHUNK);
            OutsideRules.allow(mesh.mesh, only(another.address()));
            assertThatThrownBy(caller::rest).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aConnectionThatWaitsForItsNextRequestStays() throws Exception {
        OutsideRules.allow(mesh.mesh, only(outside.address()));
        routedTo(outside);
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").body()).isEqualTo("outside");
            OutsideRules.allow(mesh.mesh, only(another.address()));
            OutsideRules.allow(mesh.mesh, only(outside.address()));
            assertThat(caller.get("/").body()).isEqualTo("outside");
        }
        assertThat(outside.requests).hasValue(2);
    }

    @Test
    void requestsGoToTheEndpointsThatAreAllowed() throws Exception {
        OutsideRules.allow(mesh.mesh, only(another.address()));
        routedTo(outside, another);
        try (HttpCaller caller = mesh.caller()) {
            for (int i = 0; i < 20; i++) {
                assertThat(caller.get("/").body()).isEqualTo("another");
            }
        }
        assertThat(outside.connections).hasValue(0);
    }

    /** Each request of a kept connection is judged by the host that it names. */
    @Test
    void aRequestMayGoToABackendOutsideByItsHost() throws Exception {
        OutsideRules.allow(mesh.mesh, host("api.bank.example"));
        routedTo(outside);
        try (HttpCaller caller = mesh.caller()) {
            for (int i = 0; i < 3; i++) {
                caller.say("GET / HTTP/1.1\r\nHost: API.bank.example\r\n\r\n");
                assertThat(caller.response().body()).isEqualTo("outside");
                caller.say("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n");
                assertThat(caller.response().head()).contains(" 403 ", "weft-code: WEFT-H060");
            }
        }
        assertThat(outside.requests).hasValue(3);
    }

    /** It is refused while the rest of what came with its head has not been read. */
    @Test
    void aRequestWithABodyThatMayGoNowhereDoesNotEndItsConnection() throws Exception {
        OutsideRules.allow(mesh.mesh, only(another.address()));
        routedTo(outside);
        try (HttpCaller caller = mesh.caller()) {
            HttpCaller.Response refused = caller.post("/", "the body");
            assertThat(refused.head()).contains("weft-code").doesNotContain("connection: close");
            routedTo(another);
            assertThat(caller.get("/").body()).isEqualTo("another");
        }
    }

    @Test
    void routesThatAnEndpointWithoutASidecarSwitchesOffAreCounted() throws Exception {
        OutsideRules.allow(mesh.mesh, only(outside.address()));
        mesh.mesh.route(new Route.ToEndpoints(
                List.of(plain(outside.address()), mesh.endpoint(own.address())),
                RequestTable.fromProto(RequestRoutes.newBuilder()
                        .addMatches(any())
                        .addRules(to(mesh.backend(1, another.address())))
                        .build())));
        try (HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").body()).isIn("outside", "own");
        }
        assertThat(mesh.mesh.web.metrics().text()).contains("event=\"routes-not-applied\"} 1");
    }
}
