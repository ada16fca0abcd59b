package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which workload has an address that several workloads claim. It is always one only, so that an address never
 * leads to a workload that had it before. Not safe for use by several threads.
 */
final class AddressClaims {

    private record Claim(ObjectName name, AddressPriority standing) {}

    /** The claim with the best standing wins; among equals, the first workload by name. */
    private static final Comparator<Claim> BEST =
            Comparator.comparing(Claim::standing).thenComparing(Claim::name, Comparator.reverseOrder());

    private final Map<InetAddress, List<Claim>> claims = new HashMap<>();

    /**
     * Replaces the claims of a workload.
     *
     * @param before addresses that it claimed
     * @param now addresses that it claims
     * @return all workloads whose addresses may have changed by this
     */
    Set<ObjectName> move(ObjectName name, List<InetAddress> before, List<InetAddress> now, AddressPriority standing) {
        Set<ObjectName> touched = new LinkedHashSet<>();
        touched.add(name);
        for (InetAddress address : before) {
            claims.computeIfPresent(address, (_, all) -> {
                all.forEach(claim -> touched.add(claim.name()));
                all.removeIf(claim -> claim.name().equals(name));
                return all.isEmpty() ? null : all;
            });
        }
        for (InetAddress address : now) {
            List<Claim> all = claims.computeIfAbsent(address, _ -> new ArrayList<>(1));
            all.forEach(claim -> touched.add(claim.name()));
            all.add(new Claim(name, standing));
        }
        return touched;
    }

    /** Whether the address belongs to this workload. */
    boolean has(ObjectName name, InetAddress address) {
        return best(address).filter(best -> best.name().equals(name)).isPresent();
    }

    private Optional<Claim> best(InetAddress address) {
        return claims.getOrDefault(address, List.of()).stream().max(BEST);
    }

    /** Returns kind and name of the object that has the address; empty if nobody claims it. */
    String owner(InetAddress address) {
        return best(address)
                .map(best -> (best.standing().ofPod() ? "Pod " : "Workload ") + best.name())
                .orElse("");
    }
}
