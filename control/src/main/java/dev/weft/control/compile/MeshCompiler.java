package dev.weft.control.compile;

import dev.weft.api.v1.TrustBundle;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.ServicePlace;
import dev.weft.control.directory.WorkloadPlace;
import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.Served;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.table.SortedTable;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.limit.RateLimit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Turns the objects of a mesh into what its proxies are told, change by change: what does not concern a changed object stays as it
 * is, and is not looked at. Whatever the changes were before, the state is the one that the objects have by themselves. Safe for use by
 * several threads.
 */
public final class MeshCompiler {

    private final DirectoryPlaces places;
    private final TrustDomain trustDomain;

    private Snapshot compiled = Snapshot.EMPTY; // guarded by this
    private MeshState state = MeshState.EMPTY; // guarded by this
    private SortedTable<String, NamespacePolicies> policies = SortedTable.empty(); // guarded by this

    /** For the mesh of this trust domain. */
    public MeshCompiler(TrustDomain trustDomain) {
        this.trustDomain = trustDomain;
        this.places = new DirectoryPlaces(trustDomain);
    }

    /** What the proxies are told of these objects. The cost is that of what is another than at the last time. */
    public synchronized MeshState compile(Snapshot objects, List<TrustBundle> bundles) {
        ObjectChanges changes = ObjectChanges.between(compiled, objects);
        SortedTable<String, NamespacePolicies> nextPolicies = policies(objects, changes);
        SortedTable<String, Served> served = served(objects, concerned(objects, changes), nextPolicies);
        state = state.next(served, directory(objects, changes), bundles, objects);
        policies = nextPolicies;
        compiled = objects;
        return state;
    }

    private Directory directory(Snapshot objects, ObjectChanges changes) {
        if (compiled.workloads().isEmpty() && compiled.services().isEmpty()) {
            return Directory.of(
                    objects.workloads().values().stream()
                            .map(workload -> places.of(objects, workload))
                            .toList(),
                    objects.services().values().stream()
                            .map(service -> DirectoryPlaces.of(objects, service))
                            .toList());
        }
        Map<String, Optional<WorkloadPlace>> workloads = new HashMap<>();
        for (ObjectName name : changes.workloads()) {
            workloads.put(
                    name.toString(),
                    Optional.ofNullable(objects.workloads().get(name)).map(workload -> places.of(objects, workload)));
        }
        Map<String, Optional<ServicePlace>> services = new HashMap<>();
        for (ObjectName name : RoutedServices.concerned(compiled, objects, changes)) {
            services.put(
                    name.toString(),
                    Optional.ofNullable(objects.services().get(name))
                            .map(service -> DirectoryPlaces.of(objects, service)));
        }
        return state.directory().with(workloads, services);
    }

    private SortedTable<String, NamespacePolicies> policies(Snapshot objects, ObjectChanges changes) {
        SortedTable<String, NamespacePolicies> next = policies;
        Set<String> namespaces = new HashSet<>();
        changes.policies().forEach(name -> namespaces.add(name.namespace()));
        for (String namespace : namespaces) {
            next = next.with(namespace, new NamespacePolicies(ByNamespace.values(objects.policies(), namespace)));
        }
        return next;
    }

    /** Workloads of which something else is told: themselves, or a policy about them, or their namespace is another. */
    private Set<ObjectName> concerned(Snapshot objects, ObjectChanges changes) {
        Set<ObjectName> concerned = new HashSet<>(changes.workloads());
        for (String namespace : changes.namespaces()) {
            ByNamespace.values(objects.workloads(), namespace).forEach(workload -> concerned.add(workload.name()));
        }
        Map<String, Set<SelectingPolicy>> changed = new HashMap<>();
        for (ObjectName name : changes.policies()) {
            Set<SelectingPolicy> ofNamespace = changed.computeIfAbsent(name.namespace(), _ -> new HashSet<>());
            Optional.ofNullable(compiled.policies().get(name)).ifPresent(ofNamespace::add);
            Optional.ofNullable(objects.policies().get(name)).ifPresent(ofNamespace::add);
        }
        changed.forEach((namespace, ofNamespace) -> {
            for (Workload workload : ByNamespace.values(objects.workloads(), namespace)) {
                if (!concerned.contains(workload.name())
                        && ofNamespace.stream().anyMatch(policy -> policy.selects(workload))) {
                    concerned.add(workload.name());
                }
            }
        });
        concernedByRateLimits(objects, changes, concerned);
        concernedByEgress(objects, changes, concerned);
        return concerned;
    }

    private void concernedByRateLimits(Snapshot objects, ObjectChanges changes, Set<ObjectName> concerned) {
        for (ObjectName name : changes.rateLimits()) {
            List<SelectingRateLimit> either = Stream.of(compiled, objects)
                    .flatMap(state -> Optional.ofNullable(state.rateLimits().get(name)).stream())
                    .toList();
            for (Workload workload : ByNamespace.values(objects.workloads(), name.namespace())) {
                if (either.stream().anyMatch(limit -> limit.selects(workload))) {
                    concerned.add(workload.name());
                }
            }
        }
    }

    private void concernedByEgress(Snapshot objects, ObjectChanges changes, Set<ObjectName> concerned) {
        for (ObjectName name : changes.egress()) {
            List<SelectingEgress> either = Stream.of(compiled, objects)
                    .flatMap(state -> Optional.ofNullable(state.egress().get(name)).stream())
                    .toList();
            for (Workload workload : ByNamespace.values(objects.workloads(), name.namespace())) {
                if (either.stream().anyMatch(policy -> policy.selects(workload))) {
                    concerned.add(workload.name());
                }
            }
        }
    }

    private SortedTable<String, Served> served(
            Snapshot objects, Set<ObjectName> concerned, SortedTable<String, NamespacePolicies> ofNamespaces) {
        if (state.workloads().isEmpty()) {
            Map<String, Served> all = new HashMap<>();
            for (Workload workload : objects.workloads().values()) {
                if (workload.meshed()) {
                    all.put(workload.name().toString(), served(objects, workload, ofNamespaces));
                }
            }
            return SortedTable.copyOf(all);
        }
        SortedTable<String, Served> next = state.workloads();
        for (ObjectName name : concerned) {
            next = next.with(
                    name.toString(),
                    Optional.ofNullable(objects.workloads().get(name))
                            .filter(Workload::meshed)
                            .map(workload -> served(objects, workload, ofNamespaces)));
        }
        return next;
    }

    private Served served(Snapshot objects, Workload workload, SortedTable<String, NamespacePolicies> ofNamespaces) {
        NamespacePolicies about = ofNamespaces.find(workload.name().namespace()).orElse(NamespacePolicies.NONE);
        Inbounds inbound = new Inbounds(
                workload,
                objects.addressesOf(workload),
                objects.inboundMode(workload),
                objects.defaultDecision(workload),
                about,
                rateLimits(objects, workload),
                egress(objects, workload));
        return new Served(workload.identity(trustDomain), inbound.addresses(), inbound::make);
    }

    private static List<RateLimit> rateLimits(Snapshot objects, Workload workload) {
        return ByNamespace.values(objects.rateLimits(), workload.name().namespace()).stream()
                .filter(limit -> limit.selects(workload))
                .map(SelectingRateLimit::limit)
                .limit(RateLimit.MAX_OF_WORKLOAD)
                .toList();
    }

    private static EgressRules egress(Snapshot objects, Workload workload) {
        return objects.egressFor(
                workload,
                ByNamespace.values(objects.egress(), workload.name().namespace()).stream()
                        .filter(policy -> policy.selects(workload))
                        .map(SelectingEgress::policy)
                        .toList());
    }
}
