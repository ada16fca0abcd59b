package dev.weft.bench.registry;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.table.SortedTable;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.Source;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The objects of a mesh that exists only in memory, with pods that are added and removed. Not safe for use by several
 * threads.
 */
final class SyntheticMesh {
    static final TrustDomain DOMAIN = TrustDomain.parse("registry.example");
    /** The namespace of the Service with the most endpoints. */
    static final String LARGE = "large";

    private static final int PORT = 8080;
    private static final int OCTET = 256;

    private final MeshSize size;
    private Snapshot objects;

    SyntheticMesh(MeshSize size) {
        this.size = size;
        Map<ObjectName, Workload> workloads = new TreeMap<>();
        Map<ObjectName, Service> services = new TreeMap<>();
        Map<ObjectName, SelectingPolicy> policies = new TreeMap<>();
        for (int service = 0; service < size.services(); service++) {
            Service made = service(name(service), address(96, service));
            services.put(made.name(), made);
            for (int i = 0; i < MeshSize.REPLICAS; i++) {
                Workload workload = workload(service, i);
                workloads.put(workload.name(), workload);
            }
            for (int i = 0; i < MeshSize.POLICIES; i++) {
                SelectingPolicy policy = policy(service, i);
                policies.put(
                        new ObjectName(
                                policy.policy().namespace(), policy.policy().name()),
                        policy);
            }
        }
        objects = snapshot(workloads, services, policies);
    }

    Snapshot objects() {
        return objects;
    }

    /** Adds the Service with the most endpoints. No connected sidecar belongs to one of them. */
    void addLarge() {
        Map<ObjectName, Workload> workloads = new TreeMap<>(objects.workloads());
        Map<ObjectName, Service> services = new TreeMap<>(objects.services());
        for (int i = 0; i < MeshSize.LARGE; i++) {
            Workload workload = ofLarge(i);
            workloads.put(workload.name(), workload);
        }
        ObjectName name = new ObjectName(LARGE, LARGE);
        services.put(name, service(name, address(97, 1)));
        objects = snapshot(workloads, services, objects.policies());
    }

    /** Adds a pod, or removes it if it exists. */
    void toggle(Workload pod) {
        SortedTable<ObjectName, Workload> workloads = SortedTable.copyOf(objects.workloads());
        objects = snapshot(
                workloads.containsKey(pod.name()) ? workloads.without(pod.name()) : workloads.with(pod.name(), pod),
                objects.services(),
                objects.policies());
    }

    private static Snapshot snapshot(
            Map<ObjectName, Workload> workloads,
            Map<ObjectName, Service> services,
            Map<ObjectName, SelectingPolicy> policies) {
        return new Snapshot(workloads, services, policies, Map.of(), AddressBook.EMPTY, Map.of(), Map.of());
    }

    /** Returns a pod of a Service besides its initial ones. */
    Workload another(int service) {
        return workload(service, MeshSize.REPLICAS);
    }

    private Workload workload(int service, int replica) {
        int number = replica < MeshSize.REPLICAS ? service * MeshSize.REPLICAS + replica : size.workloads() + service;
        return workload(
                new ObjectName(namespace(service), app(service) + "-" + replica), app(service), address(32, number));
    }

    static Workload ofLarge(int number) {
        return workload(new ObjectName(LARGE, LARGE + "-" + number), LARGE, address(64, number));
    }

    private static Workload workload(ObjectName name, String app, String address) {
        return new Workload(
                name,
                Map.of("app", app),
                app,
                List.of(new Workload.Port("http", PORT, "http")),
                Set.of(),
                null,
                null,
                true,
                null,
                null,
                Set.of(),
                Set.of(),
                List.of(address));
    }

    private static Service service(ObjectName name, String address) {
        return new Service(
                name,
                Map.of("app", name.name()),
                List.of(new Service.Port(null, 80, new Service.TargetPort.Numbered(PORT), null)),
                address,
                Set.of());
    }

    private SelectingPolicy policy(int service, int number) {
        SpiffeId caller = identity((service + number + 1) % size.services());
        return new SelectingPolicy(
                new AuthorizationPolicy(
                        namespace(service),
                        app(service) + "-from-" + number,
                        Set.of(PORT),
                        Action.ALLOW,
                        List.of(Source.of(new Condition.Identity(caller)))),
                new LabelSelector(Map.of("app", app(service)), List.of()));
    }

    /** Returns the identity of a Service's workloads. */
    static SpiffeId identity(int service) {
        return SpiffeId.ofServiceAccount(DOMAIN, namespace(service), app(service));
    }

    static String workloadName(int number) {
        int service = number / MeshSize.REPLICAS;
        return namespace(service) + "/" + app(service) + "-" + number % MeshSize.REPLICAS;
    }

    /** Returns the name of the resource with which a sidecar requests a Service's endpoints. */
    static String destination(int service) {
        return "destination/" + address(96, service) + ":80";
    }

    static String largeDestination() {
        return "destination/" + address(97, 1) + ":80";
    }

    private static ObjectName name(int service) {
        return new ObjectName(namespace(service), app(service));
    }

    private static String namespace(int service) {
        return "ns" + service / MeshSize.SERVICES_PER_NAMESPACE;
    }

    private static String app(int service) {
        return "app" + service;
    }

    private static String address(int block, int number) {
        return "10." + (block + number / OCTET / OCTET) + "." + number / OCTET % OCTET + "." + number % OCTET;
    }
}
