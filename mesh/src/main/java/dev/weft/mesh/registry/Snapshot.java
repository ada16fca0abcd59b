package dev.weft.mesh.registry;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.Selecting;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.ReferenceGrant;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.RouteName;
import dev.weft.mesh.table.SortedTable;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.Named;
import dev.weft.policy.model.PolicySet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * All objects of the mesh at one moment. Maps are sorted by name. They are {@link SortedTable}s, so a snapshot that was
 * derived from another with few changes shares the rest with it.
 *
 * @param namespaces namespaces with settings, by name
 * @param addresses addresses that the mesh has given
 * @param trustDomains settings of trust domains
 * @param egress egress policies, by name
 * @param routes by kind and name
 * @param grants which routes may lead to Services of other namespaces, by name
 */
public record Snapshot(
        Map<ObjectName, Workload> workloads,
        Map<ObjectName, Service> services,
        Map<ObjectName, SelectingPolicy> policies,
        Map<String, Namespace> namespaces,
        AddressBook addresses,
        Map<TrustDomain, TrustDomainObject> trustDomains,
        Map<String, Revocation> revocations,
        Map<ObjectName, SelectingRateLimit> rateLimits,
        Map<ObjectName, SelectingEgress> egress,
        Map<RouteName, Route> routes,
        Map<ObjectName, ReferenceGrant> grants) {

    /** The sort order of trust domains. */
    public static final Comparator<TrustDomain> BY_NAME = Comparator.comparing(TrustDomain::name);

    /** Most revocations. */
    public static final int MAX_REVOCATIONS = 10_000;

    /**
     * Most octets of all revocations in a bundle. Together with anchors and keys they must fit into a message that a
     * proxy accepts, 4 MiB.
     */
    public static final int MAX_REVOCATION_BYTES = 3 << 20;

    /** A snapshot without objects. */
    public static final Snapshot EMPTY =
            new Snapshot(Map.of(), Map.of(), Map.of(), Map.of(), AddressBook.EMPTY, Map.of(), Map.of());

    /** Creates a snapshot without rate limits, egress policies and routes. */
    public Snapshot(
            Map<ObjectName, Workload> workloads,
            Map<ObjectName, Service> services,
            Map<ObjectName, SelectingPolicy> policies,
            Map<String, Namespace> namespaces,
            AddressBook addresses,
            Map<TrustDomain, TrustDomainObject> trustDomains,
            Map<String, Revocation> revocations) {
        this(
                workloads,
                services,
                policies,
                namespaces,
                addresses,
                trustDomains,
                revocations,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    /**
     * Returns the objects of several snapshots, with these trust domains and revocations instead of theirs. Of several
     * other objects with the same name, the last one is taken.
     */
    public static Snapshot union(
            Collection<Snapshot> parts,
            Map<TrustDomain, TrustDomainObject> trustDomains,
            Map<String, Revocation> revocations) {
        return new Snapshot(
                union(parts, Snapshot::workloads),
                union(parts, Snapshot::services),
                union(parts, Snapshot::policies),
                union(parts, Snapshot::namespaces),
                new AddressBook(
                        union(parts, part -> part.addresses().workloads()),
                        union(parts, part -> part.addresses().services())),
                trustDomains,
                revocations,
                union(parts, Snapshot::rateLimits),
                union(parts, Snapshot::egress),
                union(parts, Snapshot::routes),
                union(parts, Snapshot::grants));
    }

    private static <K, V> Map<K, V> union(Collection<Snapshot> parts, Function<Snapshot, Map<K, V>> of) {
        Map<K, V> all = new HashMap<>();
        parts.forEach(part -> all.putAll(of.apply(part)));
        return all;
    }

    public Snapshot {
        workloads = SortedTable.copyOf(workloads);
        services = SortedTable.copyOf(services);
        policies = SortedTable.copyOf(policies);
        namespaces = SortedTable.copyOf(namespaces);
        trustDomains = SortedTable.copyOf(trustDomains, BY_NAME);
        revocations = SortedTable.copyOf(revocations);
        rateLimits = SortedTable.copyOf(rateLimits);
        egress = SortedTable.copyOf(egress);
        routes = SortedTable.copyOf(routes);
        grants = SortedTable.copyOf(grants);
    }

    /** Returns a copy with other rate limits. */
    public Snapshot withRateLimits(Map<ObjectName, SelectingRateLimit> now) {
        return with(addresses, trustDomains, revocations, now, egress, routes, grants);
    }

    /** Returns a copy with other egress policies. */
    public Snapshot withEgress(Map<ObjectName, SelectingEgress> now) {
        return with(addresses, trustDomains, revocations, rateLimits, now, routes, grants);
    }

    /** Returns a copy with other routes. */
    public Snapshot withRoutes(Map<RouteName, Route> now) {
        return with(addresses, trustDomains, revocations, rateLimits, egress, now, grants);
    }

    /** Returns a copy with other grants. */
    public Snapshot withGrants(Map<ObjectName, ReferenceGrant> now) {
        return with(addresses, trustDomains, revocations, rateLimits, egress, routes, now);
    }

    /** Returns a copy with other addresses. */
    public Snapshot withAddresses(AddressBook now) {
        return with(now, trustDomains, revocations, rateLimits, egress, routes, grants);
    }

    /** Returns a copy with other revocations. */
    public Snapshot withRevocations(Map<String, Revocation> now) {
        return with(addresses, trustDomains, now, rateLimits, egress, routes, grants);
    }

    /** Returns a copy with other trust domains. */
    public Snapshot withTrustDomains(Map<TrustDomain, TrustDomainObject> now) {
        return with(addresses, now, revocations, rateLimits, egress, routes, grants);
    }

    private Snapshot with(
            AddressBook newAddresses,
            Map<TrustDomain, TrustDomainObject> newTrustDomains,
            Map<String, Revocation> newRevocations,
            Map<ObjectName, SelectingRateLimit> newRateLimits,
            Map<ObjectName, SelectingEgress> newEgress,
            Map<RouteName, Route> newRoutes,
            Map<ObjectName, ReferenceGrant> newGrants) {
        return new Snapshot(
                workloads,
                services,
                policies,
                namespaces,
                newAddresses,
                newTrustDomains,
                newRevocations,
                newRateLimits,
                newEgress,
                newRoutes,
                newGrants);
    }

    /**
     * Whether a route may lead to a backend: a Service in its own namespace, or one that a grant there permits. The
     * Service need not exist.
     */
    public boolean permits(RouteName route, Backend backend) {
        return ReferenceGrant.permit(grants, route, backend);
    }

    /** Returns the policies that select a workload, with its default decision. */
    public PolicySet policySetFor(Workload workload) {
        return PolicySet.of(defaultDecision(workload), about(workload, policies));
    }

    /**
     * Returns which destinations outside of the mesh a workload may call: those of the policies that select it,
     * otherwise the namespace's default.
     */
    public EgressRules egressFor(Workload workload) {
        return egressFor(workload, about(workload, egress));
    }

    /**
     * Returns the egress rules of a workload for which the selecting policies are known already. Policies beyond what a
     * proxy accepts are left out, in the order of their names.
     */
    public EgressRules egressFor(Workload workload, List<EgressPolicy> selecting) {
        Namespace namespace = namespaces.get(workload.name().namespace());
        boolean denies = namespace != null && namespace.egress() == EgressDefault.DENY;
        return selecting.isEmpty() && !denies ? EgressRules.OPEN : EgressRules.of(EgressRules.bounded(selecting));
    }

    private static <P extends Named, S extends Selecting<P>> List<P> about(Workload workload, Map<ObjectName, S> all) {
        return all.values().stream()
                .filter(each -> each.selects(workload))
                .map(Selecting::policy)
                .toList();
    }

    /** Returns the workload's own inbound mode, else the namespace's, else strict. */
    public InboundMode inboundMode(Workload workload) {
        if (workload.inbound() != null) {
            return workload.inbound();
        }
        Namespace namespace = namespaces.get(workload.name().namespace());
        return namespace == null || namespace.inbound() == null ? InboundMode.STRICT : namespace.inbound();
    }

    /**
     * Returns the namespace's default decision. Without one, it is anyone if the workload is permissive, and
     * authenticated otherwise.
     */
    public DefaultDecision defaultDecision(Workload workload) {
        Namespace namespace = namespaces.get(workload.name().namespace());
        if (namespace != null && namespace.defaultDecision() != null) {
            return namespace.defaultDecision();
        }
        return switch (inboundMode(workload)) {
            case STRICT -> DefaultDecision.AUTHENTICATED;
            case PERMISSIVE -> DefaultDecision.ANYONE;
        };
    }

    /** Returns the workload's IP addresses: those given by the mesh, otherwise its own. */
    public List<String> addressesOf(Workload workload) {
        AddressBook.Entry entry = addresses.workloads().get(workload.name());
        return entry == null ? workload.addresses() : entry.addresses();
    }

    /** Whether a workload may be called through Services. */
    public boolean ready(Workload workload) {
        AddressBook.Entry entry = addresses.workloads().get(workload.name());
        return entry == null ? !workload.addresses().isEmpty() : entry.ready();
    }

    /** Returns the Service's IP addresses: those given by the mesh, otherwise its own. */
    public List<String> addressesOf(Service service) {
        List<String> given = addresses.services().get(service.name());
        if (given != null) {
            return given;
        }
        return service.clusterIp() == null ? List.of() : List.of(service.clusterIp());
    }

    /** Returns the workloads that a Service selects, ready or not. */
    public List<Workload> selectedBy(Service service) {
        return workloads.values().stream().filter(service::selects).toList();
    }
}
