package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Routes of an API server, sound and broken, of Services and of Gateways. */
final class RouteObjectsTest {

    private static final String PARENT = "{\"group\":\"\",\"kind\":\"Service\",\"name\":\"api\",\"port\":80}";
    private static final String GATEWAY =
            "{\"group\":\"gateway.networking.k8s.io\",\"kind\":\"Gateway\",\"name\":\"edge\"}";
    private static final String RULES =
            "[{\"matches\":[{\"path\":{\"type\":\"PathPrefix\",\"value\":\"/\"}}],\"backendRefs\":[{\"group\":\"\",\"kind\":\"Service\",\"name\":\"api\",\"port\":80,\"weight\":1}]}]";
    private static final RouteName NAME = new RouteName(RouteKind.HTTP, new ObjectName("shop", "r"));

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE);

    private static String spec(String parents, String rules) {
        return "{\"parentRefs\":[" + parents + "],\"rules\":" + rules + "}";
    }

    private void there(WatchedKind kind, String spec) {
        there(Customs.object(kind, "r", spec), kind);
    }

    private void there(GenericKubernetesResource object, WatchedKind kind) {
        mesh.apply(new ApiEvent(kind, object, false));
    }

    private Map<RouteName, Route> routes() {
        return mesh.snapshot().routes();
    }

    @Test
    void aRouteOfAServiceIsInForceAndKnowsItsAge() {
        GenericKubernetesResource object = Customs.object(WatchedKind.HTTP_ROUTE, "r", spec(PARENT, RULES));
        object.getMetadata().setCreationTimestamp("2026-01-02T03:04:05Z");
        object.getMetadata().setGeneration(7L);
        there(object, WatchedKind.HTTP_ROUTE);
        assertThat(routes()).containsOnlyKeys(NAME);
        Route route = routes().values().iterator().next();
        assertThat(route.created()).contains(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(mesh.errors()).isEmpty();
        assertThat(mesh.routes().find(NAME))
                .hasValueSatisfying(told -> assertThat(told.generation()).isEqualTo(7))
                .hasValueSatisfying(told -> assertThat(told.route()).contains(route));
        mesh.apply(new ApiEvent(WatchedKind.HTTP_ROUTE, object, true));
        assertThat(routes()).isEmpty();
        assertThat(mesh.routes()).isEmpty();
    }

    @Test
    void routesOfBothKindsMayHaveOneName() {
        there(WatchedKind.HTTP_ROUTE, spec(PARENT, RULES));
        there(WatchedKind.GRPC_ROUTE, spec(PARENT, "[{\"backendRefs\":[{\"name\":\"api\",\"port\":80}]}]"));
        assertThat(routes()).containsOnlyKeys(NAME, new RouteName(RouteKind.GRPC, NAME.name()));
    }

    @Test
    void aRouteOfGatewaysAloneIsNotOursWhateverItSays() {
        there(WatchedKind.HTTP_ROUTE, spec(GATEWAY, "[{\"filters\":[{\"type\":\"ExtensionRef\"}]}]"));
        there(WatchedKind.GRPC_ROUTE, "{\"parentRefs\":[{\"name\":\"edge\"}],\"what\":1}");
        there(WatchedKind.HTTP_ROUTE, "[]");
        assertThat(routes()).isEmpty();
        assertThat(mesh.errors()).isEmpty();
        assertThat(mesh.routes()).isEmpty();
    }

    @Test
    void ofARouteWithBothThePartOfTheServiceCounts() {
        there(WatchedKind.HTTP_ROUTE, spec(GATEWAY + "," + PARENT, RULES));
        assertThat(routes().values().iterator().next().parents())
                .containsExactly(new Route.Parent(new ObjectName("shop", "api"), 80, null));
        assertThat(mesh.routes().find(NAME).orElseThrow().parents()).hasSize(1);
    }

    @Test
    void ofABrokenRouteTheLastValidStateStaysAndItIsSaid() {
        String broken = spec(PARENT, RULES.replace("PathPrefix", "RegularExpression"));
        there(WatchedKind.HTTP_ROUTE, broken);
        assertThat(routes()).as("it never was valid").isEmpty();
        there(WatchedKind.HTTP_ROUTE, spec(PARENT, RULES));
        Map<RouteName, Route> sound = routes();
        there(WatchedKind.HTTP_ROUTE, broken);
        assertThat(routes()).isEqualTo(sound);
        assertThat(mesh.errors())
                .extracting(LoadError::toString)
                .singleElement()
                .asString()
                .startsWith("kubernetes: HTTPRoute shop/r: spec.rules[0].matches[0].path.type: RegularExpression")
                .contains("write several matches");
        assertThat(mesh.routes().find(NAME).orElseThrow().route()).isEmpty();
        assertThat(mesh.routes().find(NAME).orElseThrow().problems()).hasSize(1);
    }

    @Test
    void aRouteThatHasNoServiceAnyMoreIsToldForAsLongAsItsStatusHasUs() {
        there(WatchedKind.HTTP_ROUTE, spec(PARENT, RULES));
        GenericKubernetesResource object = Customs.object(WatchedKind.HTTP_ROUTE, "r", spec(GATEWAY, RULES));
        object.setAdditionalProperty("status", Map.of("parents", List.of(Map.of("controllerName", "weft.dev/mesh"))));
        there(object, WatchedKind.HTTP_ROUTE);
        assertThat(routes()).isEmpty();
        assertThat(mesh.routes().find(NAME).orElseThrow().parents()).isEmpty();
        there(WatchedKind.HTTP_ROUTE, spec(GATEWAY, RULES));
        assertThat(mesh.routes()).isEmpty();
    }
}
