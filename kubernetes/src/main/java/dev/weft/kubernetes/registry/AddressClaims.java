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
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Decides which workload has an address that several workloads claim. It is always one only, so that an address never
 * leads to a workload that had it before. A Workload object that users wrote gets no address of a Service: the API
 * server gave that one to the Service, whether it is of the mesh or not. Not safe for use by several threads.
 */
final class AddressClaims {

    private record Claim(ObjectName name, AddressPriority standing) {}

    /** The claim with the best standing wins; among equals, the first workload by name. */
    private static final Comparator<Claim> BEST =
            Comparator.comparing(Claim::standing).thenComparing(Claim::name, Comparator.reverseOrder());

    private final Map<InetAddress, List<Claim>> claims = new HashMap<>();
    private final Map<ObjectName, List<InetAddress>> services = new HashMap<>();
    /** The Services that have an address, in the order of their names. */
    private final Map<InetAddress, SortedSet<ObjectName>> ofServices = new HashMap<>();

    /** Replaces the claims of a workload; returns all workloads whose addresses may have changed. */
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

    /** Replaces the addresses of a Service; returns the workloads whose addresses may have changed. */
    Set<ObjectName> service(ObjectName name, List<InetAddress> now) {
        List<InetAddress> before = now.isEmpty() ? services.remove(name) : services.put(name, now);
        Set<ObjectName> touched = new LinkedHashSet<>();
        for (InetAddress address : before == null ? List.<InetAddress>of() : before) {
            ofServices.computeIfPresent(address, (_, names) -> names.remove(name) && names.isEmpty() ? null : names);
            touched.addAll(claimants(address));
        }
        for (InetAddress address : now) {
            ofServices.computeIfAbsent(address, _ -> new TreeSet<>()).add(name);
            touched.addAll(claimants(address));
        }
        return touched;
    }

    private List<ObjectName> claimants(InetAddress address) {
        return claims.getOrDefault(address, List.of()).stream().map(Claim::name).toList();
    }

    boolean has(ObjectName name, InetAddress address) {
        return best(address)
                .filter(best -> best.standing().ofPod() || !ofServices.containsKey(address))
                .filter(best -> best.name().equals(name))
                .isPresent();
    }

    private Optional<Claim> best(InetAddress address) {
        return claims.getOrDefault(address, List.of()).stream().max(BEST);
    }

    /** Returns kind and name of the object that has the address; empty if nobody claims it. */
    String owner(InetAddress address) {
        Optional<Claim> best = best(address);
        if (best.filter(claim -> claim.standing().ofPod()).isPresent()) {
            return "Pod " + best.get().name();
        }
        SortedSet<ObjectName> having = ofServices.get(address);
        return having == null ? best.map(claim -> "Workload " + claim.name()).orElse("") : "Service " + having.first();
    }
}
