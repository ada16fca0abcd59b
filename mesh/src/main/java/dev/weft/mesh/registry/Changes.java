package dev.weft.mesh.registry;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.RouteName;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What differs between two snapshots, kind by kind.
 *
 * @param workloads by name
 * @param services by name
 * @param policies by name
 * @param namespaces by name
 * @param workloadAddresses the workloads of which the mesh says other addresses, or that they are ready or not
 * @param serviceAddresses the Services of which the mesh says other addresses
 * @param trustDomains by name
 * @param revocations by name
 * @param rateLimits by name
 * @param egress by name
 * @param routes by kind and name
 * @param grants by name
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
     * What has to be done to one snapshot to make it another. An object that both share is not looked into, and where the tables
     * of one were made of the other's, this takes a time by what differs.
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

    /** The workloads that differ, or of which the mesh says something else. */
    public Set<ObjectName> workloadsOrAddresses() {
        Set<ObjectName> either = workloads.all();
        either.addAll(workloadAddresses.all());
        return either;
    }

    /** The Services that differ, or of which the mesh says other addresses. */
    public Set<ObjectName> servicesOrAddresses() {
        Set<ObjectName> either = services.all();
        either.addAll(serviceAddresses.all());
        return either;
    }

    /** Whether the snapshots say the same. */
    public boolean isEmpty() {
        return Stream.of(
                        workloads,
                        services,
                        policies,
                        namespaces,
                        workloadAddresses,
                        serviceAddresses,
                        trustDomains,
                        revocations,
                        rateLimits,
                        egress,
                        routes,
                        grants)
                .allMatch(Change::isEmpty);
    }
}
