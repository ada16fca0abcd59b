package dev.weft.control.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Endpoints;
import dev.weft.api.v1.FieldChange;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.api.v1.RouteRule;
import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.MeshStates;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.Mirror;
import dev.weft.mesh.route.Redirect;
import dev.weft.mesh.route.Retry;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.route.Rule;
import dev.weft.mesh.route.Timeouts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Routes as a proxy is told them with a destination. */
final class RequestRoutesTest {

    private static final String V4 = "destination/10.96.0.1:80";
    private static final Match ALL = new Match(new Match.PathMatch.Prefix("/"), null, List.of(), List.of());

    private final MeshCompiler compiler = new MeshCompiler(TrustDomain.parse("cluster.local"));
    private final Map<ObjectName, Service> services = new TreeMap<>();
    private final Map<ObjectName, List<String>> addresses = new HashMap<>();
    private final Map<RouteName, Route> routes = new TreeMap<>();

    private static ObjectName name(String name) {
        return new ObjectName("shop", name);
    }

    private void service(String name, List<String> given, int... ports) {
        services.put(
                name(name),
                new Service(
                        name(name),
                        Map.of("app", name),
                        java.util.Arrays.stream(ports)
                                .mapToObj(port ->
                                        new Service.Port("p" + port, port, new Service.TargetPort.Numbered(8080), null))
                                .toList(),
                        null,
                        Set.of(IpFamily.IPV4)));
        addresses.put(name(name), given);
    }

    private void route(String name, Rule... rules) {
        RouteName route = new RouteName(RouteKind.HTTP, name(name));
        routes.put(
                route,
                new Route(
                        route,
                        Optional.empty(),
                        List.of(),
                        List.of(new Route.Parent(name("api"), 80, null)),
                        List.of(rules)));
    }

    private static Backend backend(String name, int port, int weight) {
        return new Backend(Backend.SERVICE, name(name), port, weight, HeadChanges.NONE);
    }

    private static Rule to(Backend... backends) {
        return new Rule(
                null,
                List.of(ALL),
                List.of(backends),
                HeadChanges.NONE,
                Optional.empty(),
                List.of(),
                Timeouts.NONE,
                Optional.empty());
    }

    private MeshState compile() {
        Workload web = new Workload(
                name("web"),
                Map.of(),
                "web",
                List.of(),
                Set.of(),
                null,
                null,
                true,
                null,
                null,
                Set.of(),
                Set.of(),
                List.of("10.244.0.1"));
        return compiler.compile(
                new Snapshot(
                                Map.of(web.name(), web),
                                services,
                                Map.of(),
                                Map.of(),
                                new AddressBook(Map.of(), addresses),
                                Map.of(),
                                Map.of())
                        .withRoutes(routes),
                List.of());
    }

    private static Endpoints endpoints(MeshState state, String resource) {
        return MeshStates.resource(state, "shop/web", resource).getDestination().getEndpoints();
    }

    private RequestRoutes told(String resource) {
        return endpoints(compile(), resource).getRoutes();
    }

    @Test
    void aPortWithoutRoutesHasNone() {
        service("api", List.of("10.96.0.1"), 80, 81);
        route("r", to(backend("api", 80, 1)));
        MeshState state = compile();
        assertThat(endpoints(state, V4).hasRoutes()).isTrue();
        assertThat(endpoints(state, "destination/10.96.0.1:81").hasRoutes()).isFalse();
    }

    @Test
    void aBackendIsToldByTheAddressThatItHasInTheFamilyThatWasAskedFor() {
        service("api", List.of("10.96.0.1", "fd00::1"), 80);
        service("both", List.of("10.96.0.2", "fd00::2"), 81);
        service("one", List.of("10.96.0.3"), 82);
        route("r", to(backend("api", 80, 1), backend("both", 81, 2), backend("one", 82, 0)));
        assertThat(told(V4).getRules(0).getBackendsList())
                .extracting(RouteBackend::getAddress)
                .containsExactly("10.96.0.1:80", "10.96.0.2:81", "10.96.0.3:82");
        assertThat(told("destination/[fd00::1]:80").getRules(0).getBackendsList())
                .extracting(RouteBackend::getAddress)
                .as("the Service itself by the very address")
                .containsExactly("[fd00:0:0:0:0:0:0:1]:80", "[fd00:0:0:0:0:0:0:2]:81", "10.96.0.3:82");
        assertThat(told(V4).getRules(0).getBackendsList())
                .extracting(RouteBackend::getWeight)
                .containsExactly(1, 2, 0);
    }

    @Test
    void aBackendThatIsNotThereHasNoAddressUntilItIs() {
        service("api", List.of("10.96.0.1"), 80);
        service("headless", List.of(), 80);
        service("other", List.of("10.96.0.9"), 81);
        Backend foreign = new Backend(Backend.SERVICE, new ObjectName("a", "b"), 80, 1, HeadChanges.NONE);
        Backend odd = new Backend("x.io/Import", name("other"), 81, 1, HeadChanges.NONE);
        route("r", to(backend("canary", 80, 1), backend("headless", 80, 1), backend("other", 80, 1), foreign, odd));
        MeshState former = compile();
        assertThat(endpoints(former, V4).getRoutes().getRules(0).getBackendsList())
                .extracting(RouteBackend::getAddress)
                .containsOnly("");
        service("canary", List.of("10.96.0.4"), 80);
        MeshState now = compile();
        assertThat(MeshStates.concerns(former, now, "shop/web", V4)).isTrue();
        assertThat(endpoints(now, V4).getRoutes().getRules(0).getBackends(0).getAddress())
                .isEqualTo("10.96.0.4:80");
        services.remove(name("canary"));
        assertThat(told(V4).getRules(0).getBackends(0).getAddress()).isEmpty();
    }

    @Test
    void aBackendThatIsNoServiceHasNoAddressThoughAServiceHasItsName() {
        service("api", List.of("10.96.0.1"), 80);
        service("other", List.of("10.96.0.9"), 80);
        Backend itself = new Backend("x.io/Import", name("api"), 80, 1, HeadChanges.NONE);
        Backend besides = new Backend("x.io/Import", name("other"), 80, 1, HeadChanges.NONE);
        route("r", to(itself, besides, backend("other", 80, 1)));
        assertThat(told(V4).getRules(0).getBackendsList())
                .extracting(RouteBackend::getAddress)
                .containsExactly("", "", "10.96.0.9:80");
    }

    @Test
    void aChangedRouteConcernsThoseWhoHoldItsServiceAndNobodyElse() {
        service("api", List.of("10.96.0.1"), 80);
        service("other", List.of("10.96.0.2"), 80);
        MeshState before = compile();
        route("r", to(backend("other", 80, 1)));
        MeshState now = compile();
        assertThat(MeshStates.concerns(before, now, "shop/web", V4)).isTrue();
        assertThat(MeshStates.concerns(before, now, "shop/web", "destination/10.96.0.2:80"))
                .isFalse();
        routes.clear();
        assertThat(MeshStates.concerns(now, compile(), "shop/web", V4)).isTrue();
        assertThat(endpoints(compile(), V4).hasRoutes()).isFalse();
    }

    private static Rule everything() {
        Match match = new Match(
                new Match.PathMatch.Exact("/a"),
                "GET",
                List.of(new Match.Field("x", "1")),
                List.of(new Match.Field("q", "2")));
        HeadChanges changes = new HeadChanges(
                List.of(
                        new HeadChanges.FieldChange.Set("a", "1"),
                        new HeadChanges.FieldChange.Add("b", "2"),
                        new HeadChanges.FieldChange.Remove("c")),
                List.of(new HeadChanges.FieldChange.Remove("server")),
                "inner.example",
                Optional.of(new HeadChanges.PathChange.Full("/b")));
        return new Rule(
                "first",
                List.of(match),
                List.of(backend("api", 80, 3)),
                changes,
                Optional.empty(),
                List.of(new Mirror(backend("api", 80, 1), 5)),
                new Timeouts(Duration.ofHours(500), Duration.ofMillis(5)),
                Optional.of(new Retry(List.of(503), 2, Duration.ofMillis(25))));
    }

    @Test
    void allThatARuleSaysIsTold() {
        service("api", List.of("10.96.0.1"), 80);
        route("r", everything());
        RequestRoutes routes = told(V4);
        assertThat(routes.getMatches(0).getExactPath()).isEqualTo("/a");
        assertThat(routes.getMatches(0).getMethod()).isEqualTo("GET");
        assertThat(routes.getMatches(0).getHeaders(0).getName()).isEqualTo("x");
        assertThat(routes.getMatches(0).getQuery(0).getValue()).isEqualTo("2");
        RouteRule rule = routes.getRules(routes.getMatches(0).getRule());
        assertThat(rule.getName()).isEqualTo("HTTPRoute shop/r rule first");
        assertThat(rule.getChanges().getRequestList())
                .extracting(FieldChange::getKind)
                .containsExactly(FieldChange.Kind.SET, FieldChange.Kind.ADD, FieldChange.Kind.REMOVE);
        assertThat(rule.getChanges().getResponse(0).getName()).isEqualTo("server");
        assertThat(rule.getChanges().getHostname()).isEqualTo("inner.example");
        assertThat(rule.getChanges().getFullPath()).isEqualTo("/b");
        assertThat(rule.getMirrors(0).getShareMillionths()).isEqualTo(5);
        assertThat(Integer.toUnsignedLong(rule.getRequestTimeoutMillis())).isEqualTo(1_800_000_000L);
        assertThat(rule.getBackendTimeoutMillis()).isEqualTo(5);
        assertThat(rule.getRetry().getStatusesList()).containsExactly(503);
        assertThat(rule.getRetry().getAttempts()).isEqualTo(2);
        assertThat(rule.getRetry().getBackoffMillis()).isEqualTo(25);
        assertThat(rule.getBackends(0).hasChanges()).isFalse();
    }

    @Test
    void aRedirectIsToldWithThePortOfItsScheme() {
        service("api", List.of("10.96.0.1"), 80);
        route(
                "r",
                new Rule(
                        null,
                        List.of(ALL),
                        List.of(),
                        HeadChanges.NONE,
                        Optional.of(new Redirect(
                                "https", "a.example", null, 301, Optional.of(new HeadChanges.PathChange.Prefix("")))),
                        List.of(),
                        Timeouts.NONE,
                        Optional.empty()));
        RouteRule rule = told(V4).getRules(0);
        assertThat(rule.getRedirect().getPort()).isEqualTo(443);
        assertThat(rule.getRedirect().getStatus()).isEqualTo(301);
        assertThat(rule.getRedirect().getHostname()).isEqualTo("a.example");
        assertThat(rule.getRedirect().hasPrefix()).isTrue();
        assertThat(rule.getBackendsList()).isEmpty();
        assertThat(rule.hasRetry()).isFalse();
    }
}
