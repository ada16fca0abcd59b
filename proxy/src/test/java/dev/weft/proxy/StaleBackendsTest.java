package dev.weft.proxy;

import static dev.weft.proxy.RoutedMesh.any;
import static dev.weft.proxy.RoutedMesh.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import dev.weft.testing.Waiting;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests go on in plaintext only as long as their endpoint is known to be outside of the mesh. */
@Timeout(60)
class StaleBackendsTest {
    private static final InetSocketAddress BACKEND = RoutedMesh.address(1);
    private static final InetSocketAddress MESHED = RoutedMesh.address(2);
    private static final String CHUNK = "1\r\nx\r\n";
    private static final String ENDLESS = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK;

    private HttpApplication own;
    private HttpApplication outside;
    private RoutedMesh mesh;

    /** All requests go by routes to a backend outside of the mesh. */
    @BeforeEach
    void start() throws Exception {
        own = HttpApplication.ok("own");
        outside = HttpApplication.ok("outside");
        mesh = new RoutedMesh(own.address(), "--unmeshed-grace=0s");
        answer(outside.address(), new Route.NotInMesh());
        answer(BACKEND, new Route.ToEndpoints(List.of(new Route.Endpoint(outside.address(), null, 0, 1, Hint.HTTP1))));
        answer(MESHED, new Route.ToEndpoints(List.of(mesh.endpoint(own.address()))));
        mesh.routes(RequestRoutes.newBuilder()
                .addMatches(any())
                .addRules(to(RouteBackend.newBuilder()
                        .setService("shop/backend-1")
                        .setAddress(HostPort.text(BACKEND))
                        .setWeight(1))));
    }

    @AfterEach
    void stop() throws Exception {
        mesh.close();
        outside.close();
        own.close();
    }

    private void answer(InetSocketAddress address, Route route) {
        mesh.mesh.web.directory().update("destination/" + HostPort.text(address), route);
    }

    /** The backend's endpoint has a sidecar from now on. */
    private void joins() {
        Route meshed = new Route.ToEndpoints(List.of(mesh.endpoint(outside.address())));
        answer(outside.address(), meshed);
        answer(BACKEND, meshed);
    }

    /** A connection of web's application that stands through a tunnel. */
    private HttpCaller tunnelled() throws Exception {
        mesh.mesh.outboundDestination = MESHED;
        HttpCaller caller = mesh.caller();
        assertThat(caller.get("/").body()).isEqualTo("own");
        mesh.mesh.outboundDestination = MeshFixture.SERVICE;
        return caller;
    }

    private HttpCaller answering() throws Exception {
        outside.answer((_, connection) -> HttpApplication.say(connection, ENDLESS));
        HttpCaller caller = mesh.caller();
        caller.say("GET / HTTP/1.1\r\nHost: api.shop\r\n\r\n");
        assertThat(caller.response().status()).isEqualTo(200);
        assertThat(caller.read(CHUNK.length())).isEqualTo(CHUNK);
        return caller;
    }

    private void assertEnded(HttpCaller caller, String code) {
        assertThatThrownBy(caller::rest).isInstanceOf(SocketException.class);
        Waiting.until(code, () -> mesh.mesh.web.metrics().text().contains("code=\"" + code + "\""));
    }

    @Test
    void aResponseInPlaintextEndsWhenItsEndpointJoinsTheMeshAndNoOther() throws Exception {
        try (HttpCaller tunnelled = tunnelled();
                HttpCaller caller = answering()) {
            joins();
            assertEnded(caller, "WEFT-D028");
            assertThat(tunnelled.get("/").body()).isEqualTo("own");
        }
    }

    @Test
    void aResponseInPlaintextEndsWhenNobodyConfirmsItsEndpointAndNoOther() throws Exception {
        try (HttpCaller tunnelled = tunnelled();
                HttpCaller caller = answering()) {
            mesh.mesh.web.directory().unconfirmed();
            mesh.mesh.web.directory().look();
            assertEnded(caller, "WEFT-D027");
            assertThat(tunnelled.get("/").body()).isEqualTo("own");
        }
    }

    @Test
    void aConnectionThatWaitsForItsNextRequestIsNotUsedOnceItsEndpointHasJoined() throws Exception {
        try (HttpCaller tunnelled = tunnelled();
                HttpCaller caller = mesh.caller()) {
            assertThat(caller.get("/").body()).isEqualTo("outside");
            assertThat(outside.connections).hasValue(1);
            joins();
            assertThat(caller.get("/").body()).isEqualTo("outside");
            assertThat(outside.connections)
                    .as("the next came through the tunnel")
                    .hasValue(2);
            assertThat(tunnelled.get("/").body()).isEqualTo("own");
        }
    }
}
