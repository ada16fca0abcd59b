package dev.weft.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.PortScope;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A destination that prefers endpoints of the caller's zone, by connections and by requests. */
@Timeout(60)
class ZonePreferenceTest {
    private static final int ASKED = 30;

    private HttpApplication near;
    private HttpApplication far;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws Exception {
        near = HttpApplication.ok("near");
        far = HttpApplication.ok("far");
        mesh = new MeshFixture(near.address());
        mesh.web.inbound(mesh.inbound(mesh.inboundMessage(
                        InboundMode.INBOUND_MODE_STRICT,
                        PolicySet.newBuilder().setDefaultDecision(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED))
                .setPortScope(PortScope.PORT_SCOPE_ALL)
                .setZone("east")));
    }

    @AfterEach
    void stop() throws Exception {
        mesh.close();
        far.close();
        near.close();
    }

    private void route(Hint hint, InetSocketAddress inEast) {
        mesh.route(new Route.ToEndpoints(List.of(
                new Route.Endpoint(far.address(), mesh.authority.id("api"), mesh.tunnelPort(), 1, hint, "west"),
                new Route.Endpoint(inEast, mesh.authority.id("api"), mesh.tunnelPort(), 1, hint, "east"))));
    }

    @Test
    void requestsGoToTheOwnZoneAndElsewhereWhenNobodyIsThere() throws Exception {
        route(Hint.HTTP1, near.address());
        try (HttpCaller caller = new HttpCaller(mesh)) {
            for (int i = 0; i < ASKED; i++) {
                assertThat(caller.get("/").body()).isEqualTo("near");
            }
            assertThat(mesh.web.metrics().text())
                    .contains("weft_balancer_zone_choices_total{zone=\"own\"} " + ASKED + "\n");
            route(Hint.HTTP1, MeshFixture.NOWHERE);
            assertThat(caller.get("/").body()).isEqualTo("far");
        }
        assertThat(mesh.web.metrics().text()).contains("weft_balancer_zone_choices_total{zone=\"other\"} 1\n");
    }

    @Test
    void connectionsOfBytesDoTheSame() throws Exception {
        route(Hint.TCP, near.address());
        for (int i = 0; i < ASKED; i++) {
            try (HttpCaller caller = new HttpCaller(mesh)) {
                assertThat(caller.get("/").body()).isEqualTo("near");
            }
        }
        route(Hint.TCP, MeshFixture.NOWHERE);
        try (HttpCaller caller = new HttpCaller(mesh)) {
            assertThat(caller.get("/").body()).isEqualTo("far");
        }
    }
}
