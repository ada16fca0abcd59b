package dev.weft.kubernetes.registry;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.registry.Source;
import dev.weft.mesh.route.ReferenceGrant;
import dev.weft.mesh.route.RouteKind;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.table.SortedTable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the state of the mesh from the objects that the API server reports, one by one. The cost of an update depends
 * on the size of the change only. Not safe for use by several threads.
 */
final class MeshAssembly {

    private static final Logger LOG = LoggerFactory.getLogger(MeshAssembly.class);

    private final Errors errors = new Errors();
    private final PodAccounts accounts =
            new PodAccounts((account, problems) -> errors.set(WatchedKind.SERVICE_ACCOUNT, account, problems));
    private final NodeZones zones = new NodeZones();
    private final OwnWrites freshness = new OwnWrites();
    private final WorkloadTable workloads = new WorkloadTable(this::machineErrors);
    private final ServiceTable services = new ServiceTable();
    private final RouteTable routes = new RouteTable();
    private final TrustTables trust;
    private final CustomTable<SelectingPolicy> policyObjects =
            new CustomTable<>(Snapshot::policies, FailClosedObjects::policy);
    /** A RateLimit that was never valid limits nothing: refusing every caller would be worse than no limit. */
    private final CustomTable<SelectingRateLimit> limitObjects =
            new CustomTable<>(Snapshot::rateLimits, _ -> Optional.empty());

    private final CustomTable<SelectingEgress> egressObjects =
            new CustomTable<>(Snapshot::egress, FailClosedObjects::egress);
    private final CustomTable<ReferenceGrant> grantObjects = new CustomTable<>(Snapshot::grants, _ -> Optional.empty());
    private final CustomTable<Workload> machineObjects =
            new CustomTable<>(Snapshot::workloads, FailClosedObjects::workload);
    private final Map<ObjectName, List<String>> machineProblems = new HashMap<>();
    private SortedTable<ObjectName, SelectingPolicy> policies = SortedTable.empty();
    private SortedTable<ObjectName, SelectingRateLimit> rateLimits = SortedTable.empty();
    private SortedTable<ObjectName, SelectingEgress> egress = SortedTable.empty();
    private SortedTable<ObjectName, ReferenceGrant> grants = SortedTable.empty();
    private final Map<WatchedKind, SortedTable<ObjectName, Long>> generations = new EnumMap<>(WatchedKind.class);
    private final NamespaceTable namespaces;

    /**
     * @param own the mesh's own trust domain
     * @param inbound the mode of workloads where neither they nor their namespaces say it
     */
    MeshAssembly(TrustDomain own, InboundMode inbound) {
        this.trust = new TrustTables(own, errors);
        this.namespaces = new NamespaceTable(inbound);
    }

    Snapshot snapshot() {
        return new Snapshot(
                        workloads.workloads(),
                        services.services(),
                        policies,
                        namespaces.all(),
                        new AddressBook(workloads.addresses(), services.addresses()),
                        trust.trustDomains(),
                        trust.revocations())
                .withRateLimits(rateLimits)
                .withEgress(egress)
                .withRoutes(routes.routes())
                .withGrants(grants);
    }

    Map<WatchedKind, SortedTable<ObjectName, Long>> generations() {
        return Map.copyOf(generations);
    }

    SortedTable<RouteName, RouteObject> routes() {
        return routes.told();
    }

    List<LoadError> errors() {
        return errors.all();
    }

    TrustTables trust() {
        return trust;
    }

    boolean isPod(ObjectName workload) {
        return workloads.pods().find(workload).isPresent();
    }

    List<UnmeshedPod> missingSidecars() {
        return workloads.pods().values().stream()
                .flatMap(pod -> pod.unmeshed().stream())
                .filter(pod -> pod.asks() || namespaces.isInjected(pod.name().namespace()))
                .toList();
    }

    Set<String> overdue(Instant now) {
        return workloads.pods().values().stream()
                .filter(pod -> pod.workload().isPresent())
                .filter(pod -> pod.due().filter(due -> !due.isAfter(now)).isPresent())
                .map(pod -> pod.name().toString())
                .collect(Collectors.toSet());
    }

    /** Applies an event from the API server, unless it is older than what this process wrote. */
    void apply(ApiEvent event) {
        if (!freshness.isStale(event)) {
            settle(event);
        }
    }

    /** Applies a change by this process that the API server has accepted and will report later. */
    void wrote(ApiEvent event) {
        freshness.wrote(event);
        settle(event);
    }

    private void settle(ApiEvent event) {
        ApiEvent.Key key = event.key();
        Optional<String> problem = attempt(key, () -> change(key, event));
        if (problem.isPresent()) {
            if (key.kind() == WatchedKind.POD) {
                Optional<String> _ = attempt(key, () -> pod(key.name(), Optional.empty()));
            }
            errors.set(key.kind(), key.name(), List.of("not usable: " + problem.get()));
        }
    }

    /** Returns the exception of a change that failed: a defect in Weft, which must not keep other objects out. */
    private static Optional<String> attempt(ApiEvent.Key key, Runnable change) {
        try {
            change.run();
            return Optional.empty();
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .log("{} {} cannot be used", key.kind().word(), key.kind().shown(key.name()));
            return Optional.of(e.toString());
        }
    }

    private void change(ApiEvent.Key key, ApiEvent event) {
        if (key.kind().ours()) {
            generation(key, custom(event));
        }
        switch (event.kind()) {
            case NAMESPACE -> namespace(key.name(), event.present(Namespace.class));
            case POD -> pod(key.name(), event.present(Pod.class).map(PodMapping::map));
            case SERVICE -> service(key.name(), event.present(Service.class));
            case SERVICE_ACCOUNT ->
                accounts.account(key.name(), event.gone(), workloads.pods()).forEach(this::judgeAgain);
            case NODE -> node(key.name(), event.present(Node.class));
            case AUTHORIZATION_POLICY -> policies = selecting(policies, policyObjects, event);
            case RATE_LIMIT -> rateLimits = selecting(rateLimits, limitObjects, event);
            case EGRESS_POLICY -> egress = selecting(egress, egressObjects, event);
            case WORKLOAD -> machine(key.name(), custom(event));
            case TRUST_DOMAIN -> trust.trustDomain(key.name(), custom(event));
            case REVOCATION -> trust.revocation(key.name(), custom(event));
            case HTTP_ROUTE -> route(RouteKind.HTTP, key, event);
            case GRPC_ROUTE -> route(RouteKind.GRPC, key, event);
            case REFERENCE_GRANT -> grants = selecting(grants, grantObjects, event);
        }
    }

    private static Optional<GenericKubernetesResource> custom(ApiEvent event) {
        return event.present(GenericKubernetesResource.class);
    }

    private void generation(ApiEvent.Key key, Optional<GenericKubernetesResource> object) {
        SortedTable<ObjectName, Long> known = generations.getOrDefault(key.kind(), SortedTable.empty());
        Optional<Long> latest = object.map(each -> each.getMetadata().getGeneration());
        generations.put(key.kind(), known.with(key.name(), latest));
    }

    private void namespace(ObjectName name, Optional<Namespace> object) {
        errors.set(WatchedKind.NAMESPACE, name, namespaces.apply(name.name(), object));
    }

    /** All ServiceAccounts that exist have been applied. */
    void accountsListed() {
        accounts.allListed(workloads.pods()).forEach(this::judgeAgain);
    }

    private void judgeAgain(MappedPod pod) {
        pod(pod.name(), Optional.of(pod.withIdentityEnded(false)));
    }

    private void service(ObjectName name, Optional<Service> object) {
        workloads.service(name, object.map(ServiceMapping::addresses).orElse(List.of()));
        services.service(name, object.flatMap(ServiceMapping::map), workloads.pods());
    }

    private void node(ObjectName name, Optional<Node> object) {
        zones.node(name.name(), object).forEach(pod -> pod(pod, workloads.pods().find(pod)));
        errors.set(WatchedKind.NODE, name, List.of());
    }

    private void pod(ObjectName name, Optional<MappedPod> reported) {
        Optional<MappedPod> pod = zones.placed(accounts.judged(name, reported));
        MappedPod before = workloads.pod(name, pod);
        zones.changed(before, pod.orElse(null));
        services.pod(before, pod.orElse(null));
        errors.set(WatchedKind.POD, name, pod.map(MappedPod::problems).orElse(List.of()));
        if (machineProblems.containsKey(name)) {
            machineSettled(name);
        }
    }

    private <V> SortedTable<ObjectName, V> selecting(
            SortedTable<ObjectName, V> table, CustomTable<V> objects, ApiEvent event) {
        ObjectName name = event.key().name();
        CustomTable.InForce<V> inForce = objects.apply(name, custom(event).orElse(null));
        errors.set(event.kind(), name, inForce.problems());
        return table.with(name, inForce.value());
    }

    private void route(RouteKind kind, ApiEvent.Key key, ApiEvent event) {
        RouteName name = new RouteName(kind, key.name());
        Set<ObjectName> before = routes.servicesOf(name);
        errors.set(key.kind(), key.name(), routes.apply(kind, key.name(), custom(event)));
        services.route(before, routes.servicesOf(name));
    }

    private void machine(ObjectName name, Optional<GenericKubernetesResource> object) {
        CustomTable.InForce<Workload> inForce = machineObjects.apply(name, object.orElse(null));
        workloads.machine(
                name,
                inForce.value(),
                object.map(each -> each.getMetadata().getCreationTimestamp()).orElse(""));
        machineProblems.put(name, inForce.problems());
        machineSettled(name);
        if (object.isEmpty()) {
            machineProblems.remove(name);
        }
    }

    /** A pod takes precedence over a machine of the same name. */
    private void machineSettled(ObjectName name) {
        services.machine(name, workloads.workloads().find(name).filter(_ -> !isPod(name)));
        machineErrors(name);
    }

    private void machineErrors(ObjectName name) {
        List<String> own = workloads.isHidden(name)
                ? List.of("metadata.name: " + name + " is a pod too (expected: a name that no pod has)")
                : machineProblems.getOrDefault(name, List.of());
        List<String> all =
                Stream.concat(own.stream(), workloads.lost(name).stream()).toList();
        errors.set(WatchedKind.WORKLOAD, name, all);
    }

    Source source(String kind, String name) {
        int slash = name.indexOf('/');
        boolean pod = kind.equals(WatchedKind.WORKLOAD.word())
                && slash > 0
                && isPod(new ObjectName(name.substring(0, slash), name.substring(slash + 1)));
        return new Source(kind, name, pod ? Errors.PLACE + ": Pod " + name : Errors.PLACE);
    }
}
