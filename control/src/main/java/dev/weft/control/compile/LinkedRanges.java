package dev.weft.control.compile;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.ObjectName;
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
 * mesh does not get one.
 */
public final class LinkedRanges {

    private record Range(Cidr cidr, TrustDomain domain) {}

    /** An unmeshed workload that does not get an address, and why. */
    public record Lost(ObjectName workload, String problem) {}

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

    boolean has(InetAddress address) {
        return owner(address).isPresent();
    }

    /** Returns the unmeshed workloads that claim addresses in the ranges. */
    public List<Lost> lost(Snapshot objects) {
        if (isEmpty()) {
            return List.of();
        }
        List<Lost> lost = new ArrayList<>();
        for (Workload workload : objects.workloads().values()) {
            if (!workload.meshed()) {
                objects.addressesOf(workload)
                        .forEach(address -> owner(InetAddress.ofLiteral(address))
                                .map(domain -> AddressContest.problem(address, "TrustDomain " + domain))
                                .ifPresent(problem -> lost.add(new Lost(workload.name(), problem))));
            }
        }
        return lost;
    }
}
