package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kept connections whose destination changes, and of which none is asked to end. */
@Timeout(60)
class NotScaledUpTest {
    private static final String ASKED = "weft_events_total{event=\"reconnect-asked\"}";

    private HttpApplication first;
    private HttpApplication second;
    private BalancedMesh mesh;

    @BeforeEach
    void start() throws IOException {
        first = HttpApplication.ok("first");
        second = HttpApplication.ok("second");
        mesh = new BalancedMesh(first, second);
        mesh.route(true, first.address());
        mesh.mesh.api.inbound(Requests.declared(mesh.mesh));
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
    }

    /** The changed destination has been looked at, and so has the connection whose turn it may be. */
    private void nothingIsAsked() {
        mesh.mesh.awaitLoop();
        assertThat(mesh.mesh.web.metrics().text()).doesNotContain(ASKED);
    }

    private static void keeps(HttpCaller caller) throws IOException {
        HttpCaller.Response response = caller.get("/");
        assertThat(response.body()).isEqualTo("first");
        assertThat(response.head()).doesNotContainIgnoringCase("connection: close");
    }

    @Test
    void whereNothingIsDeclaredNothingIsAsked() throws IOException {
        unaffected(true, Hint.NONE);
    }

    @Test
    void endpointsInPlaintextAreLeftAlone() throws IOException {
        unaffected(false, Hint.HTTP1);
    }

    private void unaffected(boolean meshed, Hint hint) throws IOException {
        mesh.route(meshed, hint, first.address());
        try (HttpCaller caller = mesh.caller()) {
            keeps(caller);
            mesh.route(meshed, hint, first.address(), second.address());
            nothingIsAsked();
            keeps(caller);
        }
    }

    /** A new connection would be carried as bytes, too. */
    @Test
    void anEndpointOutsideForWhichThereAreRulesChangesNothing() throws IOException {
        OutsideRules.allow(mesh.mesh, OutsideRules.only(second.address()));
        try (HttpCaller caller = mesh.caller()) {
            keeps(caller);
            mesh.mesh.route(new Route.ToEndpoints(
                    List.of(endpoint(), new Route.Endpoint(second.address(), null, 0, 1, Hint.HTTP1)),
                    null,
                    "shop/api"));
            nothingIsAsked();
            keeps(caller);
        }
    }

    private Route.Endpoint endpoint() {
        return new Route.Endpoint(
                first.address(), mesh.mesh.authority.id("api"), mesh.mesh.tunnelPort(), 1, Hint.HTTP1);
    }

    @Test
    void anEndpointThatComesAndGoesChangesNothing() throws IOException {
        try (HttpCaller caller = mesh.caller()) {
            keeps(caller);
            mesh.mesh.onLoop(() -> {
                mesh.route(true, first.address(), second.address());
                mesh.route(true, first.address());
            });
            nothingIsAsked();
            keeps(caller);
        }
    }

    @Test
    void anEndpointThatGoesBeforeTheTurnOfTheConnectionChangesNothing() throws IOException {
        try (HttpCaller caller = mesh.caller()) {
            keeps(caller);
            mesh.mesh.onLoop(() -> {
                mesh.route(true, first.address(), second.address());
                mesh.mesh.loops.next().execute(() -> mesh.route(true, first.address()));
            });
            nothingIsAsked();
            keeps(caller);
        }
    }

    @Test
    void aDestinationThatDeclaresBytesByNowChangesNothing() throws IOException {
        try (HttpCaller caller = mesh.caller()) {
            keeps(caller);
            mesh.route(true, Hint.TCP, first.address(), second.address());
            nothingIsAsked();
            keeps(caller);
        }
    }
}
