package dev.weft.control.compile;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.TrustBundle;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.DirectoryService;
import dev.weft.control.directory.DirectoryWorkload;
import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.ServedWorkload;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Selecting;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Change;
import dev.weft.mesh.registry.Changes;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.table.SortedTable;
import dev.weft.policy.limit.RateLimit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Compiles the objects of a mesh into the configuration of its proxies, change by change. Whatever does not depend on a
 * changed object is reused without a look at it. The result depends on the objects alone, not on the order of earlier
 * changes. Safe for use by several threads.
 */
public final class MeshCompiler {

    private final DirectoryEntries entries;
    private final TrustDomain trustDomain;

    @GuardedBy("this")
    private Snapshot compiled = Snapshot.EMPTY;

    @GuardedBy("this")
    private MeshState state = MeshState.EMPTY;

    @GuardedBy("this")
    private SortedTable<String, NamespacePolicies> policies = SortedTable.empty();

    @GuardedBy("this")
    private HttpDeclarations declarations = HttpDeclarations.NONE;

    @GuardedBy("this")
    private SortedTable<String, String> closed = SortedTable.empty();

    /** Creates a compiler for the mesh of this trust domain. */
    public MeshCompiler(TrustDomain trustDomain) {
        this.trustDomain = trustDomain;
        this.entries = new DirectoryEntries(trustDomain);
    }

    /**
     * Compiles the objects. The cost depends only on what has changed since the last call; for a Service that declares
     * another protocol that is also the number of workloads of its namespace.
     */
    public synchronized MeshState compile(Snapshot objects, List<TrustBundle> bundles) {
        Changes changes = Changes.between(compiled, objects);
        SortedTable<String, NamespacePolicies> nextPolicies = policies(objects, changes);
        Set<ObjectName> concerned = concerned(objects, changes);
        HttpDeclarations nextDeclarations = declarations.next(compiled, objects, changes.services(), concerned);
        SortedTable<String, ServedWorkload> served = served(objects, concerned, nextPolicies, nextDeclarations);
        state = state.next(served, directory(objects, changes), bundles, objects);
        policies = nextPolicies;
        declarations = nextDeclarations;
        compiled = objects;
        return state;
    }

    /**
     * Returns the workloads, as {@code namespace/name}, that admit nobody because their policies do not fit into a
     * message to their sidecar, each with the reason.
     */
    public synchronized Map<String, String> closed() {
        return closed;
    }

    @GuardedBy("this")
    private Directory directory(Snapshot objects, Changes changes) {
        LinkedRanges linked = LinkedRanges.of(objects, trustDomain);
        Function<Workload, DirectoryWorkload> ofWorkload = workload -> entries.of(objects, workload, linked);
        Function<Service, DirectoryService> ofService = service -> DirectoryEntries.of(objects, service, linked);
        if (compiled.workloads().isEmpty() && compiled.services().isEmpty()) {
            return Directory.of(
                    objects.workloads().values().stream().map(ofWorkload).toList(),
                    objects.services().values().stream().map(ofService).toList());
        }
        Set<ObjectName> workloads = new HashSet<>(changes.workloadsOrAddresses());
        Set<ObjectName> services = RoutedServices.concerned(compiled, objects, changes);
        if (!changes.trustDomains().isEmpty()) {
            objects.workloads().values().stream()
                    .filter(workload -> !workload.meshed())
                    .forEach(workload -> workloads.add(workload.name()));
            services.addAll(objects.services().keySet());
        }
        return state.directory()
                .with(
                        entries(workloads, objects.workloads(), ofWorkload),
                        entries(services, objects.services(), ofService));
    }

    /** Returns the entries of the directory under these names; empty where there is no object. */
    private static <O, E> Map<String, Optional<E>> entries(
            Set<ObjectName> names, Map<ObjectName, O> objects, Function<O, E> entry) {
        Map<String, Optional<E>> entries = new HashMap<>();
        names.forEach(name -> entries.put(
                name.toString(), Optional.ofNullable(objects.get(name)).map(entry)));
        return entries;
    }

    @GuardedBy("this")
    private SortedTable<String, NamespacePolicies> policies(Snapshot objects, Changes changes) {
        SortedTable<String, NamespacePolicies> next = policies;
        Set<String> namespaces = new HashSet<>();
        changes.policies().all().forEach(name -> namespaces.add(name.namespace()));
        for (String namespace : namespaces) {
            next = next.with(
                    namespace,
                    new NamespacePolicies(
                            NamespaceObjects.values(objects.policies(), namespace),
                            next.find(namespace).orElse(null)));
        }
        return next;
    }

    /**
     * Returns the workloads whose configuration changes: they, a policy about them, or their namespace has changed.
     * Those for which only a Service declares something else are not among them.
     */
    @GuardedBy("this")
    private Set<ObjectName> concerned(Snapshot objects, Changes changes) {
        Set<ObjectName> concerned = changes.workloadsOrAddresses();
        for (String namespace : changes.namespaces().all()) {
            NamespaceObjects.values(objects.workloads(), namespace).forEach(workload -> concerned.add(workload.name()));
        }
        addSelected(Snapshot::policies, objects, changes.policies(), concerned);
        addSelected(Snapshot::rateLimits, objects, changes.rateLimits(), concerned);
        addSelected(Snapshot::egress, objects, changes.egress(), concerned);
        return concerned;
    }

    /** Adds the workloads that a changed object of a kind selects or selected before. */
    @GuardedBy("this")
    private <S extends Selecting<?>> void addSelected(
            Function<Snapshot, Map<ObjectName, S>> kind,
            Snapshot objects,
            Change<ObjectName> change,
            Set<ObjectName> concerned) {
        Map<String, Set<S>> changed = new HashMap<>();
        for (ObjectName name : change.all()) {
            Set<S> ofNamespace = changed.computeIfAbsent(name.namespace(), _ -> new HashSet<>());
            Optional.ofNullable(kind.apply(compiled).get(name)).ifPresent(ofNamespace::add);
            Optional.ofNullable(kind.apply(objects).get(name)).ifPresent(ofNamespace::add);
        }
        changed.forEach((namespace, ofNamespace) -> {
            for (Workload workload : NamespaceObjects.values(objects.workloads(), namespace)) {
                if (!concerned.contains(workload.name())
                        && ofNamespace.stream().anyMatch(policy -> policy.selects(workload))) {
                    concerned.add(workload.name());
                }
            }
        });
    }

    @GuardedBy("this")
    private SortedTable<String, ServedWorkload> served(
            Snapshot objects,
            Set<ObjectName> concerned,
            SortedTable<String, NamespacePolicies> ofNamespaces,
            HttpDeclarations ofServices) {
        InboundBounds bounds = new InboundBounds();
        if (state.workloads().isEmpty()) {
            closed = SortedTable.empty();
            Map<String, ServedWorkload> all = new HashMap<>();
            for (Workload workload : objects.workloads().values()) {
                if (workload.meshed()) {
                    all.put(workload.name().toString(), served(objects, workload, ofNamespaces, ofServices, bounds));
                }
            }
            return SortedTable.copyOf(all);
        }
        SortedTable<String, ServedWorkload> next = state.workloads();
        for (ObjectName name : concerned) {
            closed = closed.without(name.toString());
            next = next.with(
                    name.toString(),
                    Optional.ofNullable(objects.workloads().get(name))
                            .filter(Workload::meshed)
                            .map(workload -> served(objects, workload, ofNamespaces, ofServices, bounds)));
        }
        return next;
    }

    @GuardedBy("this")
    private ServedWorkload served(
            Snapshot objects,
            Workload workload,
            SortedTable<String, NamespacePolicies> ofNamespaces,
            HttpDeclarations ofServices,
            InboundBounds bounds) {
        NamespacePolicies about = ofNamespaces.find(workload.name().namespace()).orElse(NamespacePolicies.NONE);
        List<RateLimit> limits = NamespaceObjects.about(workload, objects.rateLimits())
                .limit(RateLimit.MAX_OF_WORKLOAD)
                .toList();
        String problem = bounds.problem(workload, about, limits);
        if (problem != null) {
            closed = closed.with(workload.name().toString(), problem);
        }
        InboundBuilder inbound = new InboundBuilder(
                workload,
                objects.addressesOf(workload),
                objects.inboundMode(workload),
                objects.defaultDecision(workload),
                about,
                limits,
                objects.egressFor(
                        workload,
                        NamespaceObjects.about(workload, objects.egress()).toList()),
                ofServices.httpPorts(workload),
                problem == null);
        return new ServedWorkload(
                workload.identity(trustDomain),
                workload.instance(),
                workload.identityEnded(),
                inbound.addresses(),
                inbound::build);
    }
}
