package dev.weft.control.compile;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.AddressContest;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The address ranges of other trust domains. No address in them is called in plaintext, so an unmeshed workload of this
 * mesh does not get one. A Service of this mesh does not either: its callers would be led away from that trust domain.
 */
public final class LinkedRanges {

    private record Range(Cidr cidr, TrustDomain domain) {}

    /** An unmeshed Workload or a Service that does not get an address, and why. */
    public record Lost(String kind, ObjectName name, String problem) {
        /** Returns kind and name of the object. */
        public String object() {
            return kind + " " + name;
        }
    }

    private final List<Range> ranges;

    private LinkedRanges(List<Range> ranges) {
        this.ranges = ranges;
    }

    /**
     * Returns the ranges of the trust domains that the objects declare, in whatever state they are.
     *
     * @param own the mesh's own trust domain
     */
    public static LinkedRanges of(Snapshot objects, TrustDomain own) {
        List<Range> ranges = new ArrayList<>();
        for (TrustDomainObject object : objects.trustDomains().values()) {
            if (!object.trustDomain().equals(own)) {
                object.discovery()
                        .ifPresent(how ->
                                how.ranges().forEach(cidr -> ranges.add(new Range(cidr, object.trustDomain()))));
            }
        }
        return new LinkedRanges(ranges);
    }

    /** Returns the trust domain whose range contains the address. */
    private Optional<TrustDomain> owner(InetAddress address) {
        return ranges.stream()
                .filter(range -> range.cidr().contains(address))
                .map(Range::domain)
                .findFirst();
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Returns the addresses that are in none of the ranges. */
    List<InetAddress> without(List<InetAddress> addresses) {
        return isEmpty()
                ? addresses
                : addresses.stream().filter(address -> owner(address).isEmpty()).toList();
    }

    /** Returns the unmeshed Workloads and the Services that claim addresses in the ranges, each with the address. */
    public List<Lost> lost(Snapshot objects) {
        if (isEmpty()) {
            return List.of();
        }
        List<Lost> lost = new ArrayList<>();
        for (Workload workload : objects.workloads().values()) {
            if (!workload.meshed()) {
                addLost("Workload", workload.name(), objects.addressesOf(workload), lost);
            }
        }
        for (Service service : objects.services().values()) {
            addLost("Service", service.name(), objects.addressesOf(service), lost);
        }
        return lost;
    }

    private void addLost(String kind, ObjectName name, List<String> addresses, List<Lost> lost) {
        for (String address : addresses) {
            owner(InetAddress.ofLiteral(address))
                    .map(domain -> AddressContest.problem(address, "TrustDomain " + domain))
                    .ifPresent(problem -> lost.add(new Lost(kind, name, problem)));
        }
    }
}
