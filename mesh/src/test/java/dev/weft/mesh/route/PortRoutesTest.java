package dev.weft.mesh.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.registry.Changes;
import dev.weft.mesh.registry.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PortRoutesTest {

    private static final ObjectName API = new ObjectName("shop", "api");
    private static final Service.Port HTTP =
            new Service.Port("http", 80, new Service.TargetPort.Numbered(8080), "http");
    private static final Service.Port ADMIN =
            new Service.Port("admin", 81, new Service.TargetPort.Numbered(8081), "http");
    private static final Service SERVICE =
            new Service(API, Map.of("app", "api"), List.of(HTTP, ADMIN), "10.96.0.1", Set.of(IpFamily.IPV4));

    @Test
    void theMostSpecificMatchComesFirst() {
        List<Match> ranked = List.of(
                match(new Match.PathMatch.Exact("/a"), null, 0, 0),
                match(prefix("/longer/prefix"), null, 0, 0),
                match(prefix("/a"), "GET", 0, 0),
                match(prefix("/a"), null, 2, 0),
                match(prefix("/a"), null, 1, 2),
                match(prefix("/a"), null, 1, 1),
                match(prefix("/a"), null, 0, 0),
                match(new Match.PathMatch.GrpcMethod("GetOrders"), null, 0, 0),
                match(new Match.PathMatch.GrpcMethod("Get"), null, 0, 0),
                match(prefix("/"), null, 0, 0),
                match(new Match.PathMatch.Any(), null, 0, 0));
        long seed = System.nanoTime();
        List<Match> shuffled = new ArrayList<>(ranked);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(matches(PortRoutes.of(List.of(route("a", null, rule(shuffled))))))
                .as("seed " + seed)
                .isEqualTo(ranked);
    }

    @Test
    void ofEqualMatchesTheOlderRouteHasPrecedenceThenTheFirstByNameThenTheFirstInTheRoute() {
        List<Match> all = List.of(match(prefix("/"), null, 0, 0));
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        PortRoutes routes = PortRoutes.of(List.of(
                route("a", null, rule(all)),
                route("c", time, rule(all), rule(all)),
                route("b", time.plusSeconds(1), rule(all)),
                route("d", time, rule(all))));
        assertThat(routes.matches().stream()
                        .map(ranked -> routes.rules().get(ranked.rule()).toString())
                        .toList())
                .containsExactly(
                        "HTTPRoute shop/c rule 1",
                        "HTTPRoute shop/c rule 2",
                        "HTTPRoute shop/d rule 1",
                        "HTTPRoute shop/b rule 1",
                        "HTTPRoute shop/a rule 1");
    }

    @Test
    void aRouteIsAboutThePortsThatItsParentNames() {
        assertThat(PortRoutes.isAbout(about(null, null), SERVICE, HTTP)).isTrue();
        assertThat(PortRoutes.isAbout(about(null, null), SERVICE, ADMIN)).isTrue();
        assertThat(PortRoutes.isAbout(about(80, null), SERVICE, HTTP)).isTrue();
        assertThat(PortRoutes.isAbout(about(80, null), SERVICE, ADMIN)).isFalse();
        assertThat(PortRoutes.isAbout(about(null, "admin"), SERVICE, ADMIN)).isTrue();
        assertThat(PortRoutes.isAbout(about(null, "admin"), SERVICE, HTTP)).isFalse();
        assertThat(PortRoutes.isAbout(about(80, "admin"), SERVICE, HTTP)).isFalse();
        assertThat(PortRoutes.isAbout(about(80, "admin"), SERVICE, ADMIN)).isFalse();
    }

    @Test
    void aParentOfAnotherNamespaceDoesNotCount() {
        Route foreign = new Route(
                new RouteName(RouteKind.HTTP, new ObjectName("other", "r")),
                Optional.empty(),
                List.of(),
                List.of(new Route.Parent(API, null, null)),
                List.of(rule(List.of(match(prefix("/"), null, 0, 0)))));
        assertThat(PortRoutes.isAbout(foreign, SERVICE, HTTP)).isFalse();
        assertThat(PortRoutes.at(SERVICE, HTTP, Map.of(foreign.name(), foreign)).isNone())
                .isTrue();
    }

    @Test
    void findsThoseOfOneNamespaceAmongAll() {
        Map<RouteName, Route> all = new TreeMap<>();
        for (String namespace : List.of("a", "shop", "shop-b", "z")) {
            for (RouteKind kind : RouteKind.values()) {
                RouteName name = new RouteName(kind, new ObjectName(namespace, "r"));
                all.put(name, new Route(name, Optional.empty(), List.of(), List.of(), List.of()));
            }
        }
        assertThat(PortRoutes.ofNamespace(all, "shop"))
                .extracting(route -> route.name().toString())
                .containsExactly("HTTPRoute shop/r", "GRPCRoute shop/r");
    }

    @Test
    void aRouteForWhichThereIsNoRoomIsLeftOutWholeAndTheYoungestGoes() {
        List<Match> full = IntStream.range(0, Rule.MAX_MATCHES)
                .mapToObj(i -> match(new Match.PathMatch.Exact("/" + i), null, 0, 0))
                .toList();
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        List<Route> many = IntStream.range(0, 9)
                .mapToObj(i -> route("r" + i, time.minusSeconds(i), rule(full), rule(full)))
                .toList();
        PortRoutes routes = PortRoutes.of(many);
        assertThat(routes.matches()).hasSize(PortRoutes.MAX_MATCHES);
        assertThat(routes.leftOut()).containsExactly(new RouteName(RouteKind.HTTP, new ObjectName("shop", "r0")));
    }

    @Test
    void aRouteWithMoreRulesThanAPortTakesIsLeftOut() {
        Rule one = rule(List.of(match(prefix("/"), null, 0, 0)));
        List<Route> many = IntStream.range(0, 17)
                .mapToObj(i -> route(
                        "r" + (char) ('a' + i),
                        null,
                        Collections.nCopies(16, one).toArray(Rule[]::new)))
                .toList();
        PortRoutes routes = PortRoutes.of(many);
        assertThat(routes.rules()).hasSize(PortRoutes.MAX_RULES);
        assertThat(routes.leftOut()).extracting(RouteName::toString).containsExactly("HTTPRoute shop/rq");
    }

    @Test
    void aRouteThatIsTooLargeIsLeftOut() {
        String long1 = "x".repeat(4_000);
        List<Match> large = IntStream.range(0, 64)
                .mapToObj(i -> new Match(
                        prefix("/"),
                        null,
                        IntStream.range(0, 16)
                                .mapToObj(n -> new Match.Field("h" + n, long1))
                                .toList(),
                        List.of()))
                .toList();
        PortRoutes routes = PortRoutes.of(List.of(
                route("a", null, rule(large)), route("b", null, rule(List.of(match(prefix("/"), null, 0, 0))))));
        assertThat(routes.leftOut()).extracting(RouteName::toString).containsExactly("HTTPRoute shop/a");
        assertThat(routes.matches()).hasSize(1);
    }

    @Test
    void whatABackendAloneChangesCountsToo() {
        List<HeadChanges.FieldChange> changes = IntStream.range(0, 48)
                .mapToObj(i -> (HeadChanges.FieldChange) new HeadChanges.FieldChange.Add("h" + i, "x".repeat(4_000)))
                .toList();
        HeadChanges large = new HeadChanges(changes, changes, null, Optional.empty());
        Rule rule = new Rule(
                null,
                List.of(match(prefix("/"), null, 0, 0)),
                List.of(
                        new Backend(Backend.SERVICE, new ObjectName("shop", "a"), 80, 1, large),
                        new Backend(Backend.SERVICE, new ObjectName("shop", "b"), 80, 1, large)),
                HeadChanges.NONE,
                Optional.empty(),
                List.of(),
                Timeouts.NONE,
                Optional.empty());
        PortRoutes routes = PortRoutes.of(List.of(route("a", null, rule)));
        assertThat(routes.leftOut()).extracting(RouteName::toString).containsExactly("HTTPRoute shop/a");
    }

    @Test
    void aMatchCoversWhatIsNarrower() {
        Match all = match(prefix("/"), null, 0, 0);
        Match orders = match(prefix("/orders"), null, 0, 0);
        Match one = match(new Match.PathMatch.Exact("/orders/1"), "GET", 1, 0);
        assertThat(all.covers(orders)).isTrue();
        assertThat(all.covers(match(new Match.PathMatch.GrpcMethod("Get"), null, 0, 0)))
                .isTrue();
        assertThat(orders.covers(one)).isTrue();
        assertThat(orders.covers(orders)).isTrue();
        assertThat(orders.covers(all)).isFalse();
        assertThat(one.covers(orders)).isFalse();
        assertThat(orders.covers(match(prefix("/ordersx"), null, 0, 0))).isFalse();
        assertThat(match(prefix("/"), "GET", 0, 0).covers(orders)).isFalse();
        assertThat(match(prefix("/"), null, 1, 0).covers(orders)).isFalse();
        assertThat(match(new Match.PathMatch.GrpcMethod("Get"), null, 0, 0)
                        .covers(match(new Match.PathMatch.Exact("/shop.v1.Orders/Get"), null, 0, 0)))
                .isTrue();
        assertThat(match(new Match.PathMatch.GrpcMethod("Get"), null, 0, 0)
                        .covers(match(new Match.PathMatch.Exact("/a/b/Get"), null, 0, 0)))
                .isFalse();
        assertThat(match(new Match.PathMatch.Any(), null, 0, 0).covers(all)).isTrue();
        assertThat(all.covers(match(new Match.PathMatch.Any(), null, 0, 0))).isFalse();
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        Match match = match(prefix("/"), null, 0, 0);
        refused(() -> rule(List.of()), "at least one");
        refused(() -> rule(Collections.nCopies(65, match)), "at most 64");
        refused(
                () -> route(
                        "a",
                        null,
                        rule(Collections.nCopies(64, match)),
                        rule(Collections.nCopies(64, match)),
                        rule(List.of(match))),
                "at most 128");
        refused(() -> match(prefix("/"), null, 17, 0), "at most 16");
        refused(() -> match(prefix("/"), null, 0, 17), "at most 16");
        refused(() -> new Backend(Backend.SERVICE, API, 80, -1, HeadChanges.NONE), "0-1000000");
        refused(() -> new Redirect(null, null, null, 200, Optional.empty()), "status: 200");
        refused(() -> new Mirror(new Backend(Backend.SERVICE, API, 80, 1, HeadChanges.NONE), 1_000_001), "0-1000000");
        refused(() -> new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(2)), "longer than request");
        refused(() -> new Timeouts(Duration.ofHours(1000), Duration.ZERO), "at most 500 hours");
        refused(() -> new Retry(List.of(399), 1, Duration.ZERO), "400-599");
        refused(() -> new Retry(List.of(), 11, Duration.ZERO), "0-10");
        refused(() -> new Retry(List.of(), 1, Duration.ofMinutes(2)), "at most 30s");
    }

    @Test
    void aChangedRouteIsAChangeOfTheSnapshot() {
        Route route = about(80, null);
        Snapshot with = Snapshot.EMPTY.withRoutes(Map.of(route.name(), route));
        assertThat(Changes.between(Snapshot.EMPTY, with).routes().added()).containsExactly(route.name());
        Snapshot changed = with.withRoutes(Map.of(route.name(), about(81, null)));
        assertThat(Changes.between(with, changed).routes().changed()).containsExactly(route.name());
        assertThat(Changes.between(with, changed).isEmpty()).isFalse();
        assertThat(with.withRevocations(Map.of()).routes()).isEqualTo(with.routes());
        assertThat(with.withTrustDomains(Map.of()).routes()).isEqualTo(with.routes());
        assertThat(with.withAddresses(Snapshot.EMPTY.addresses()).routes()).isEqualTo(with.routes());
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable made, String reason) {
        assertThatThrownBy(made).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(reason);
    }

    private static List<Match> matches(PortRoutes routes) {
        return routes.matches().stream().map(PortRoutes.Ranked::match).toList();
    }

    private static Match.PathMatch prefix(String path) {
        return new Match.PathMatch.Prefix(path);
    }

    private static Match match(Match.PathMatch path, @Nullable String method, int headers, int query) {
        return new Match(path, method, fields(headers), fields(query));
    }

    private static List<Match.Field> fields(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Match.Field("f" + i, "v"))
                .toList();
    }

    private static Rule rule(List<Match> matches) {
        return new Rule(
                null,
                matches,
                List.of(new Backend(Backend.SERVICE, API, 80, 1, HeadChanges.NONE)),
                HeadChanges.NONE,
                Optional.empty(),
                List.of(),
                Timeouts.NONE,
                Optional.empty());
    }

    private static Route route(String name, @Nullable Instant created, Rule... rules) {
        return new Route(
                new RouteName(RouteKind.HTTP, new ObjectName("shop", name)),
                Optional.ofNullable(created),
                List.of(),
                List.of(new Route.Parent(API, null, null)),
                List.of(rules));
    }

    private static Route about(@Nullable Integer port, @Nullable String portName) {
        return new Route(
                new RouteName(RouteKind.HTTP, new ObjectName("shop", "r")),
                Optional.empty(),
                List.of(),
                List.of(new Route.Parent(API, port, portName)),
                List.of(rule(List.of(match(prefix("/"), null, 0, 0)))));
    }
}
