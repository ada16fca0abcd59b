package dev.weft.control.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.MeshStates;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.route.Rule;
import dev.weft.mesh.route.Timeouts;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MeshCompilerTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final List<String> NAMESPACES = List.of("a", "a-b", "b");
    private static final List<String> ADDRESSES =
            List.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "fd00::1", "fd00::2");
    private static final List<String> ZONES = List.of("", "east", "west");
    private static final int NAMES = 5;
    private static final int CHANGES = 400;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Map<ObjectName, Workload> workloads = new TreeMap<>();
    private final Map<ObjectName, Service> services = new TreeMap<>();
    private final Map<ObjectName, SelectingPolicy> policies = new TreeMap<>();
    private final Map<ObjectName, SelectingRateLimit> rateLimits = new TreeMap<>();
    private final Map<ObjectName, SelectingEgress> egress = new TreeMap<>();
    private final Map<String, Namespace> namespaces = new TreeMap<>();
    private final Map<RouteName, Route> routes = new TreeMap<>();
    private final Map<ObjectName, AddressBook.Entry> addresses = new TreeMap<>();
    private final Map<ObjectName, List<String>> serviceAddresses = new TreeMap<>();

    @Test
    void isAfterAnyChangesWhatTheObjectsAreByThemselvesAndForgetsNobodyWhomAChangeConcerns() {
        MeshCompiler compiler = new MeshCompiler(DOMAIN);
        MeshState former = compiler.compile(snapshot(), List.of());
        for (int i = 0; i < CHANGES; i++) {
            int together = random.nextInt(10) == 0 ? 5 : 1;
            for (int n = 0; n < together; n++) {
                change();
            }
            MeshState now = compiler.compile(snapshot(), List.of());
            MeshState fresh = new MeshCompiler(DOMAIN).compile(snapshot(), List.of());
            compare(former, now, fresh, "seed " + seed + ", change " + i);
            former = now;
        }
    }

    private void compare(MeshState former, MeshState now, MeshState fresh, String which) {
        List<String> all = new ArrayList<>();
        NAMESPACES.forEach(namespace -> {
            for (int i = 0; i < NAMES; i++) {
                all.add(namespace + "/n" + i);
            }
        });
        for (String workload : all) {
            assertThat(MeshStates.serves(now, workload)).as(which).isEqualTo(MeshStates.serves(fresh, workload));
            compare(former, now, fresh, workload, "inbound", which);
            SpiffeId identity = SpiffeId.ofServiceAccount(
                    DOMAIN,
                    workload.substring(0, workload.indexOf('/')),
                    "sa" + workload.charAt(workload.length() - 1));
            assertThat(MeshStates.has(now, identity)).as(which).isEqualTo(MeshStates.has(fresh, identity));
        }
        Optional<String> served = all.stream()
                .filter(workload -> MeshStates.serves(now, workload))
                .findFirst();
        if (served.isPresent()) {
            for (String resource : subscribable()) {
                compare(former, now, fresh, served.get(), resource, which);
            }
            assertThat(MeshStates.resource(now, served.get(), "names"))
                    .as(which)
                    .isEqualTo(MeshStates.resource(fresh, served.get(), "names"));
        }
    }

    private static void compare(
            MeshState former, MeshState now, MeshState fresh, String workload, String resource, String which) {
        var told = MeshStates.find(now, workload, resource);
        assertThat(told)
                .as("%s: %s of %s", which, resource, workload)
                .isEqualTo(MeshStates.find(fresh, workload, resource));
        if (!told.equals(MeshStates.find(former, workload, resource))
                && (resource.equals("inbound") || MeshStates.serves(former, workload))) {
            assertThat(MeshStates.concerns(former, now, workload, resource))
                    .as("%s: %s of %s is told", which, resource, workload)
                    .isTrue();
        }
    }

    private static List<String> subscribable() {
        List<String> all = new ArrayList<>();
        for (String address : ADDRESSES) {
            String host = address.contains(":") ? "[" + address + "]" : address;
            all.add("destination/" + host + ":80");
            all.add("destination/" + host + ":8080");
        }
        NAMESPACES.forEach(namespace -> {
            for (int i = 0; i < NAMES; i++) {
                all.add("name/n" + i + "." + namespace + ".svc." + DOMAIN);
            }
        });
        all.add("name/1.0.0.10.in-addr.arpa");
        all.add("name/2.0.0.10.in-addr.arpa");
        return all;
    }

    private void change() {
        ObjectName name = new ObjectName(one(NAMESPACES), "n" + random.nextInt(NAMES));
        boolean gone = random.nextInt(4) == 0;
        switch (random.nextInt(10)) {
            case 0, 1 -> put(workloads, name, gone, workload(name));
            case 2 -> put(services, name, gone, service(name));
            case 3 -> put(policies, name, gone, policy(name));
            case 4 -> {
                if (gone) {
                    namespaces.remove(name.namespace());
                } else {
                    namespaces.put(
                            name.namespace(),
                            new Namespace(
                                    name.namespace(),
                                    random.nextBoolean() ? null : DefaultDecision.DENY,
                                    random.nextBoolean() ? null : InboundMode.PERMISSIVE,
                                    random.nextBoolean() ? null : EgressDefault.DENY));
                }
            }
            case 5 -> put(egress, name, gone, egress(name));
            case 6 -> put(rateLimits, name, gone, rateLimit(name));
            case 7 -> put(addresses, name, gone, new AddressBook.Entry(some(), random.nextBoolean()));
            case 8 -> route(new RouteName(RouteKind.HTTP, name), gone);
            default -> put(serviceAddresses, name, gone, some());
        }
    }

    private static <V> void put(Map<ObjectName, V> objects, ObjectName name, boolean gone, V value) {
        if (gone) {
            objects.remove(name);
        } else {
            objects.put(name, value);
        }
    }

    private Snapshot snapshot() {
        return new Snapshot(
                        workloads,
                        services,
                        policies,
                        namespaces,
                        new AddressBook(addresses, serviceAddresses),
                        Map.of(),
                        Map.of())
                .withRateLimits(rateLimits)
                .withEgress(egress)
                .withRoutes(routes);
    }

    private void route(RouteName name, boolean gone) {
        if (gone) {
            routes.remove(name);
        } else {
            routes.put(name, route(name));
        }
    }

    private SelectingEgress egress(ObjectName name) {
        EgressTarget host = new EgressTarget.Host(new HostPattern("h" + random.nextInt(3) + ".example"), Set.of(443));
        return new SelectingEgress(
                new EgressPolicy(name.namespace(), name.name(), List.of(host)), new LabelSelector(labels(), List.of()));
    }

    private SelectingRateLimit rateLimit(ObjectName name) {
        LimitRule rule =
                new LimitRule(List.of(), LimitRule.Unit.REQUESTS, 1 + random.nextInt(3), 1, LimitRule.Scope.IDENTITY);
        return new SelectingRateLimit(
                new RateLimit(name.namespace(), name.name(), Set.of(), List.of(rule)),
                new LabelSelector(labels(), List.of()));
    }

    private Route route(RouteName name) {
        String namespace = name.name().namespace();
        return new Route(
                name,
                Optional.empty(),
                List.of(),
                List.of(new Route.Parent(
                        new ObjectName(namespace, "n" + random.nextInt(NAMES)),
                        random.nextBoolean() ? 80 : null,
                        null)),
                List.of(new Rule(
                        null,
                        List.of(new Match(new Match.PathMatch.Prefix("/"), null, List.of(), List.of())),
                        List.of(new Backend(
                                Backend.SERVICE,
                                new ObjectName(namespace, "n" + random.nextInt(NAMES)),
                                80,
                                1,
                                HeadChanges.NONE)),
                        HeadChanges.NONE,
                        Optional.empty(),
                        List.of(),
                        Timeouts.NONE,
                        Optional.empty())));
    }

    private Workload workload(ObjectName name) {
        return new Workload(
                        name,
                        labels(),
                        "sa" + random.nextInt(3),
                        List.of(new Workload.Port("http", random.nextBoolean() ? 8080 : 8081, protocol())),
                        Set.of(),
                        null,
                        null,
                        random.nextInt(5) > 0,
                        random.nextInt(4) == 0 ? InboundMode.PERMISSIVE : null,
                        null,
                        Set.of(),
                        Set.of(),
                        some())
                .withNodeZone(one(ZONES));
    }

    private Service service(ObjectName name) {
        return new Service(
                name,
                random.nextInt(5) == 0 ? Map.of() : labels(),
                List.of(new Service.Port(
                        null,
                        random.nextInt(4) == 0 ? 81 : 80,
                        random.nextBoolean()
                                ? new Service.TargetPort.Named("http")
                                : new Service.TargetPort.Numbered(8080),
                        protocol())),
                random.nextInt(3) == 0 ? null : one(ADDRESSES),
                Set.of(),
                random.nextBoolean(),
                false);
    }

    private SelectingPolicy policy(ObjectName name) {
        return new SelectingPolicy(
                new AuthorizationPolicy(
                        name.namespace(),
                        name.name(),
                        random.nextBoolean() ? Set.of() : Set.of(8080),
                        random.nextBoolean() ? Action.ALLOW : Action.DENY,
                        List.of(Source.of(new Condition.Identity(SpiffeId.parse("spiffe://cluster.local/x"))))),
                random.nextInt(3) == 0 ? LabelSelector.ALL : new LabelSelector(labels(), List.of()));
    }

    private String protocol() {
        return one(List.of("http", "grpc", "tcp", "other"));
    }

    private Map<String, String> labels() {
        return random.nextBoolean()
                ? Map.of("app", one(List.of("x", "y")))
                : Map.of("app", one(List.of("x", "y")), "tier", one(List.of("1", "2")));
    }

    private List<String> some() {
        List<String> some = new ArrayList<>();
        ADDRESSES.forEach(address -> {
            if (random.nextInt(ADDRESSES.size()) < 2) {
                some.add(address);
            }
        });
        return some;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
