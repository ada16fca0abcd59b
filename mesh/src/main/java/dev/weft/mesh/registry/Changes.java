package dev.weft.mesh.registry;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.RouteName;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The differences between two snapshots, by kind of object.
 *
 * @param workloadAddresses workloads whose addresses or readiness in the address book differ
 * @param serviceAddresses Services whose addresses in the address book differ
 */
public record Changes(
        Change<ObjectName> workloads,
        Change<ObjectName> services,
        Change<ObjectName> policies,
        Change<String> namespaces,
        Change<ObjectName> workloadAddresses,
        Change<ObjectName> serviceAddresses,
        Change<TrustDomain> trustDomains,
        Change<String> revocations,
        Change<ObjectName> rateLimits,
        Change<ObjectName> egress,
        Change<RouteName> routes,
        Change<ObjectName> grants) {

    /**
     * Compares two snapshots. Objects that both share are not looked into. Where the tables of one snapshot were
     * derived from the other's, the time grows only with the number of differences.
     */
    public static Changes between(Snapshot before, Snapshot now) {
        Comparator<ObjectName> byName = Comparator.naturalOrder();
        return new Changes(
                Change.between(before.workloads(), now.workloads(), byName),
                Change.between(before.services(), now.services(), byName),
                Change.between(before.policies(), now.policies(), byName),
                Change.between(before.namespaces(), now.namespaces(), Comparator.naturalOrder()),
                Change.between(before.addresses().workloads(), now.addresses().workloads(), byName),
                Change.between(before.addresses().services(), now.addresses().services(), byName),
                Change.between(before.trustDomains(), now.trustDomains(), Snapshot.BY_NAME),
                Change.between(before.revocations(), now.revocations(), Comparator.naturalOrder()),
                Change.between(before.rateLimits(), now.rateLimits(), byName),
                Change.between(before.egress(), now.egress(), byName),
                Change.between(before.routes(), now.routes(), Comparator.naturalOrder()),
                Change.between(before.grants(), now.grants(), byName));
    }

    /** Returns the workloads that differ, in themselves or in their addresses or readiness. */
    public Set<ObjectName> workloadsOrAddresses() {
        Set<ObjectName> either = workloads.all();
        either.addAll(workloadAddresses.all());
        return either;
    }

    /** Returns the Services that differ, in themselves or in their addresses. */
    public Set<ObjectName> servicesOrAddresses() {
        Set<ObjectName> either = services.all();
        either.addAll(serviceAddresses.all());
        return either;
    }

    /** Returns the changes of objects by the name of their kind; all kinds of routes are {@code Route}. */
    public SequencedMap<String, Change<?>> byKind() {
        SequencedMap<String, Change<?>> changes = new LinkedHashMap<>();
        changes.put("Workload", workloads);
        changes.put("Service", services);
        changes.put("AuthorizationPolicy", policies);
        changes.put("Namespace", namespaces);
        changes.put("TrustDomain", trustDomains);
        changes.put("Revocation", revocations);
        changes.put("RateLimit", rateLimits);
        changes.put("EgressPolicy", egress);
        changes.put("Route", routes);
        changes.put("ReferenceGrant", grants);
        return changes;
    }

    /** Whether the snapshots are equal. */
    public boolean isEmpty() {
        return workloadAddresses.isEmpty()
                && serviceAddresses.isEmpty()
                && byKind().values().stream().allMatch(Change::isEmpty);
    }
}
