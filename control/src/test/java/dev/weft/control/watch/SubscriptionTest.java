package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Endpoint;
import dev.weft.api.v1.EndpointChanges;
import dev.weft.api.v1.Protocol;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.DirectoryService;
import dev.weft.control.directory.DirectoryWorkload;
import dev.weft.control.directory.PortRouting;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.PortRoutes;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.route.Rule;
import dev.weft.mesh.route.Timeouts;
import dev.weft.mesh.table.SortedTable;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Destinations with many endpoints, told by what changed. */
final class SubscriptionTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final String NAME = "destination/10.96.0.1:80";
    private static final int MOST = 300;

    private final Random random = new Random(1);
    private MeshState state = MeshState.EMPTY;
    private Subscription subscription = MeshStates.subscription("shop/web", Map.of(), true, Set.of());
    private final Proxy proxy = new Proxy();

    @Test
    void aVersionTooLongToBeOneIsNotBelieved() {
        String tooLong = "v".repeat(ResourceVersions.MAX_LENGTH + 1);
        Subscription claiming = MeshStates.subscription("shop/web", Map.of(MeshState.INBOUND, tooLong), true, Set.of());
        assertThat(claiming.acknowledged()).isEqualTo(Map.of(MeshState.INBOUND, ""));
    }

    @Test
    void tellsALargeDestinationByWhatChangedAndTheProxyHasTheWhole() {
        begin(200);
        assertThat(told().getSerializedSize()).isGreaterThan(10_000);
        assertThat(proxy.endpoints).hasSize(200);
        change(Map.of("pod-7", Optional.empty(), "pod-250", Optional.of(place(250, true))));
        Resource changes = told().getResources(0);
        assertThat(changes.getEndpointChanges().getPutList())
                .singleElement()
                .extracting(Endpoint::getWorkload)
                .isEqualTo("shop/pod-250");
        assertThat(changes.getEndpointChanges().getRemovedList()).containsExactly("shop/pod-7");
        assertThat(changes.getSerializedSize()).isLessThan(400);
        assertHoldsTheWhole();
    }

    @Test
    void holdsTheWholeAfterAnyChangesAndRefusals() {
        long seed = System.nanoTime();
        Random chance = new Random(seed);
        begin(150);
        Deque<WatchResponse> underWay = new ArrayDeque<>();
        for (int i = 0; i < 600; i++) {
            Map<String, Optional<DirectoryWorkload>> changed = new HashMap<>();
            for (int n = chance.nextInt(4); n >= 0; n--) {
                int pod = chance.nextInt(MOST);
                changed.put(
                        "pod-" + pod,
                        chance.nextBoolean() ? Optional.empty() : Optional.of(place(pod, chance.nextInt(4) > 0)));
            }
            change(changed);
            subscription.next(state).ifPresent(underWay::add);
            while (!underWay.isEmpty() && chance.nextInt(3) > 0) {
                proxy.take(underWay.removeFirst(), chance.nextInt(10) == 0);
            }
            if (chance.nextInt(40) == 0) {
                underWay.clear();
                subscription = MeshStates.subscription("shop/web", proxy.held(), true, Set.of());
                subscription.stateChanged(state);
            }
        }
        // What was refused whole is told again when it changes.
        change(Map.of("pod-" + MOST, Optional.of(place(MOST, true))));
        Optional<WatchResponse> next = subscription.next(state);
        while (!underWay.isEmpty() || next.isPresent()) {
            next.ifPresent(underWay::add);
            proxy.take(underWay.removeFirst(), false);
            next = subscription.next(state);
        }
        assertThat(proxy.byChanges).as("seed %d", seed).isGreaterThan(100);
        assertHoldsTheWhole();
    }

    @Test
    void tellsTheWholeWhenChangesAreRefused() {
        begin(200);
        told();
        change(Map.of("pod-7", Optional.empty()));
        WatchResponse lost = subscription.next(state).orElseThrow();
        change(Map.of("pod-8", Optional.empty()));
        WatchResponse after = subscription.next(state).orElseThrow();
        assertThat(lost.getResources(0).hasEndpointChanges()).isTrue();

        proxy.take(after, false);
        assertThat(proxy.endpoints).as("nothing, rather than what may be wrong").isNull();
        WatchResponse whole = subscription.next(state).orElseThrow();
        assertThat(whole.getResources(0).hasDestination()).isTrue();
        proxy.take(whole, false);
        assertHoldsTheWhole();
    }

    @Test
    void tellsTheWholeToAProxyThatDoesNotTakeChanges() {
        subscription = MeshStates.subscription("shop/web", Map.of(), false, Set.of());
        begin(200);
        told();
        change(Map.of("pod-7", Optional.empty()));
        assertThat(told().getResources(0).hasDestination()).isTrue();
        assertHoldsTheWhole();
    }

    @Test
    void goesOnFromTheVersionThatAProxyHeldBefore() {
        begin(200);
        told();
        change(Map.of("pod-7", Optional.empty()));
        subscription = MeshStates.subscription("shop/web", proxy.held(), true, Set.of());
        subscription.stateChanged(state);
        assertThat(told().getResources(0).hasEndpointChanges()).isTrue();
        assertHoldsTheWhole();

        subscription =
                MeshStates.subscription("shop/web", Map.of(NAME, "a version of another control plane"), true, Set.of());
        subscription.stateChanged(state);
        assertThat(told().getResources(0).hasDestination()).isTrue();
    }

    @Test
    void changesOfEndpointsLeaveTheRoutesAsTheyAreAndOtherRoutesAreToldWhole() {
        subscription = MeshStates.subscription("shop/web", Map.of(), true, Set.of(Capabilities.ROUTES));
        begin(200);
        route("/a");
        assertThat(routes(told())).isEqualTo("/a");
        change(Map.of("pod-7", Optional.empty()));
        Resource changes = told().getResources(0);
        assertThat(changes.hasEndpointChanges()).isTrue();
        assertThat(changes.getVersion())
                .isEqualTo(state.resource("shop/web", NAME, true).orElseThrow().getVersion());
        route("/b");
        assertThat(routes(told())).isEqualTo("/b");
    }

    @Test
    void aProxyThatDoesNotKnowRoutesIsToldEndpointsAloneAndHearsNothingOfRoutes() {
        begin(200);
        told();
        route("/a");
        assertThat(subscription.next(state)).isEmpty();
        change(Map.of("pod-7", Optional.empty()));
        assertThat(told().getResources(0).getDestination().getEndpoints().hasRoutes())
                .isFalse();
        change(Map.of("pod-8", Optional.empty()));
        assertThat(told().getResources(0).hasEndpointChanges()).isTrue();
        assertHoldsTheWhole();
        route("/b");
        assertThat(subscription.next(state)).isEmpty();
    }

    private static String routes(WatchResponse response) {
        return response.getResources(0)
                .getDestination()
                .getEndpoints()
                .getRoutes()
                .getMatches(0)
                .getPathPrefix();
    }

    /** The Service has one route from now on, with this prefix. */
    private void route(String prefix) {
        RouteName name = new RouteName(RouteKind.HTTP, new ObjectName("shop", "r"));
        Rule rule = new Rule(
                null,
                List.of(new Match(new Match.PathMatch.Prefix(prefix), null, List.of(), List.of())),
                List.of(),
                HeadChanges.NONE,
                Optional.empty(),
                List.of(),
                Timeouts.NONE,
                Optional.empty());
        PortRoutes routes = new PortRoutes(
                List.of(new PortRoutes.Ranked(rule.matches().getFirst(), 0)),
                List.of(new PortRoutes.Placed(name, 1, rule)),
                List.of(),
                List.of());
        DirectoryService service = service(Optional.of(new PortRouting(routes, Map.of())));
        Directory next = state.directory().with(Map.of(), Map.of("shop/api", Optional.of(service)));
        state = state.next(SortedTable.empty(), next, List.of(), state.objects());
        subscription.addChanges(new PendingChanges.Batch(Set.of(NAME), false, false), state);
    }

    private static DirectoryService service(Optional<PortRouting> routing) {
        return new DirectoryService(
                "shop",
                "api",
                Map.of("app", "api"),
                List.of(InetAddress.ofLiteral("10.96.0.1")),
                List.of(new DirectoryService.Port(
                        80, new Service.TargetPort.Numbered(8080), Protocol.PROTOCOL_TCP, routing)));
    }

    private void begin(int pods) {
        Map<String, Optional<DirectoryWorkload>> all = new HashMap<>();
        for (int pod = 0; pod < pods; pod++) {
            all.put("pod-" + pod, Optional.of(place(pod, true)));
        }
        DirectoryService service = service(Optional.empty());
        state = new MeshState(Map.of(), Directory.of(List.of(), List.of(service)), List.of());
        change(all);
        subscription.subscribe(List.of(NAME));
    }

    private void change(Map<String, Optional<DirectoryWorkload>> pods) {
        Map<String, Optional<DirectoryWorkload>> named = new TreeMap<>();
        pods.forEach((pod, place) -> named.put("shop/" + pod, place));
        state = state.next(SortedTable.empty(), state.directory().with(named, Map.of()), List.of(), state.objects());
        subscription.addChanges(new PendingChanges.Batch(Set.of(NAME), false, false), state);
    }

    private WatchResponse told() {
        WatchResponse response = subscription.next(state).orElseThrow();
        proxy.take(response, false);
        return response;
    }

    private void assertHoldsTheWhole() {
        Resource whole = state.resource("shop/web", NAME, false).orElseThrow();
        assertThat(proxy.endpoints)
                .isNotNull()
                .containsExactlyElementsOf(whole.getDestination().getEndpoints().getEndpointsList());
        assertThat(proxy.version).isEqualTo(whole.getVersion());
    }

    private DirectoryWorkload place(int pod, boolean ready) {
        return new DirectoryWorkload(
                "shop",
                "pod-" + pod,
                Map.of("app", "api"),
                Optional.of(SpiffeId.ofServiceAccount(DOMAIN, "shop", "api-" + random.nextInt(3))),
                List.of(InetAddress.ofLiteral("10.244." + pod / 100 + "." + pod % 100)),
                ready,
                List.of());
    }

    /** What a proxy does with what it is told, in the plainest way. */
    private final class Proxy {
        private @Nullable List<Endpoint> endpoints;
        private String version = "";
        private int byChanges;

        void take(WatchResponse response, boolean refuse) {
            Resource resource = response.getResources(0);
            boolean taken = !refuse && take(resource);
            if (taken) {
                version = resource.getVersion();
                assertThat(subscription.acknowledge(response.getNonce())).isTrue();
            } else {
                endpoints = null;
                version = "";
                assertThat(subscription.refuse(response.getNonce(), List.of(NAME)))
                        .isTrue();
            }
        }

        private boolean take(Resource resource) {
            if (resource.hasDestination()) {
                endpoints = resource.getDestination().getEndpoints().getEndpointsList();
                return true;
            }
            EndpointChanges changes = resource.getEndpointChanges();
            List<Endpoint> held = endpoints;
            if (held == null || !changes.getSince().equals(version)) {
                return false;
            }
            TreeMap<String, Endpoint> byWorkload = new TreeMap<>();
            held.forEach(endpoint -> byWorkload.put(endpoint.getWorkload(), endpoint));
            byWorkload.keySet().removeAll(changes.getRemovedList());
            changes.getPutList().forEach(endpoint -> byWorkload.put(endpoint.getWorkload(), endpoint));
            assertThat(byWorkload).hasSize(changes.getCount());
            endpoints = new ArrayList<>(byWorkload.values());
            byChanges++;
            return true;
        }

        Map<String, String> held() {
            return version.isEmpty() ? Map.of(NAME, "") : Map.of(NAME, version);
        }
    }
}
