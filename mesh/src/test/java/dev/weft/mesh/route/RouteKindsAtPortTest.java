package dev.weft.mesh.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The routes of the ports of one Service (GEP-1294, route types). */
final class RouteKindsAtPortTest {

    private static final ObjectName API = new ObjectName("shop", "api");
    private static final Service.Port HTTP = new Service.Port("http", 80, new Service.TargetPort.Numbered(8080), null);
    private static final Service.Port ADMIN =
            new Service.Port("admin", 81, new Service.TargetPort.Numbered(8081), null);
    private static final Service SERVICE =
            new Service(API, Map.of(), List.of(HTTP, ADMIN), null, Set.of(IpFamily.IPV4));

    private static Route route(RouteKind kind, @Nullable Integer port) {
        return route(kind, port, "/", 1, 1);
    }

    private static Route route(RouteKind kind, @Nullable Integer port, String prefix, int matches, int rules) {
        Match match = new Match(new Match.PathMatch.Prefix(prefix), null, List.of(), List.of());
        Rule rule = new Rule(
                null,
                Collections.nCopies(matches, match),
                List.of(),
                HeadChanges.NONE,
                Optional.empty(),
                List.of(),
                Timeouts.NONE,
                Optional.empty());
        return new Route(
                new RouteName(kind, new ObjectName("shop", "r")),
                Optional.empty(),
                List.of(),
                List.of(new Route.Parent(API, port, null)),
                Collections.nCopies(rules, rule));
    }

    private static PortRoutes at(Map<Integer, PortRoutes> routes, Service.Port port) {
        return Objects.requireNonNull(routes.get(port.port()));
    }

    @Test
    void whereAPortHasAGrpcRouteHttpRoutesDoNotCount() {
        Route http = route(RouteKind.HTTP, null);
        Route grpc = route(RouteKind.GRPC, 80);
        Map<Integer, PortRoutes> routes = PortRoutes.of(SERVICE, Map.of(http.name(), http, grpc.name(), grpc));
        assertThat(at(routes, HTTP).rules())
                .extracting(PortRoutes.Placed::route)
                .containsExactly(grpc.name());
        assertThat(at(routes, HTTP).conflicted()).containsExactly(http.name());
        assertThat(at(routes, ADMIN).rules())
                .extracting(PortRoutes.Placed::route)
                .containsExactly(http.name());
        assertThat(at(routes, ADMIN).conflicted()).isEmpty();
    }

    @Test
    void aGrpcRouteThatIsLeftOutKeepsNoHttpRouteOut() {
        Route http = route(RouteKind.HTTP, null);
        Route grpc = route(RouteKind.GRPC, 80, "/" + "a".repeat(PortRoutes.MAX_SIZE / Route.MAX_MATCHES), 8, 16);
        Map<Integer, PortRoutes> routes = PortRoutes.of(SERVICE, Map.of(http.name(), http, grpc.name(), grpc));
        assertThat(at(routes, HTTP).leftOut()).containsExactly(grpc.name());
        assertThat(at(routes, HTTP).conflicted()).isEmpty();
        assertThat(at(routes, HTTP).rules())
                .extracting(PortRoutes.Placed::route)
                .containsExactly(http.name());
    }

    @Test
    void whatTheSameRoutesSayAtSeveralPortsIsMadeOnce() {
        Route route = route(RouteKind.HTTP, null);
        Map<Integer, PortRoutes> routes = PortRoutes.of(SERVICE, Map.of(route.name(), route));
        assertThat(at(routes, HTTP)).isSameAs(at(routes, ADMIN));
        assertThat(at(routes, HTTP)).isEqualTo(PortRoutes.at(SERVICE, HTTP, Map.of(route.name(), route)));
    }
}
