package dev.weft.mesh.registry;

import static java.util.Objects.requireNonNull;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.model.Workload;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Decides which object has an address that several objects of users claim. A meshed workload always goes before an
 * unmeshed one, because the address would otherwise be called in plaintext. Otherwise the object that had the address
 * keeps it. Among new ones a meshed workload goes before a Service, a Service before an unmeshed workload, and then the
 * first by name.
 *
 * <p>Unmeshed workloads may share an address: it leads to the same place in plaintext for each of them.
 */
public final class AddressContest {

    /** The error of an object that does not get an address. */
    public static final String CODE = "WEFT-C137";

    /**
     * An object that does not get an address.
     *
     * @param object kind and name of the object
     * @param address as the object writes it
     * @param winner kind and name of the object that has the address
     */
    public record Lost(String object, String address, String winner) {
        public Lost {
            requireNonNull(object, "object");
            requireNonNull(address, "address");
            requireNonNull(winner, "winner");
        }

        /** Returns what is wrong. */
        public String problem() {
            return AddressContest.problem(address, winner);
        }
    }

    private enum Sort {
        UNMESHED,
        SERVICE,
        MESHED
    }

    private record Claim(Sort sort, ObjectName name, String address) {
        String object() {
            return (sort == Sort.SERVICE ? "Service " : "Workload ") + name;
        }
    }

    private final Snapshot before;

    private AddressContest(Snapshot before) {
        this.before = before;
    }

    /**
     * Returns the claims that lose, in the order of the objects.
     *
     * @param objects the objects with all addresses that they claim
     * @param before the objects as they were in force before, each with the addresses that it had
     */
    public static List<Lost> lost(Snapshot objects, Snapshot before) {
        Map<InetAddress, List<Claim>> contested = new LinkedHashMap<>();
        Map<InetAddress, Claim> first = new HashMap<>();
        for (Workload workload : objects.workloads().values()) {
            Sort sort = workload.meshed() ? Sort.MESHED : Sort.UNMESHED;
            claim(first, contested, sort, workload.name(), objects.addressesOf(workload));
        }
        for (Service service : objects.services().values()) {
            claim(first, contested, Sort.SERVICE, service.name(), objects.addressesOf(service));
        }
        AddressContest contest = new AddressContest(before);
        List<Lost> lost = new ArrayList<>();
        contested.forEach((address, claims) -> contest.decide(address, claims, lost));
        return List.copyOf(lost);
    }

    /**
     * Returns the claims that have lost in a running mesh, where the registry has decided already. A claim to an
     * address that no other object of the mesh has is not one of them.
     *
     * @param inForce the objects in force, each with the addresses that it has
     */
    public static List<Lost> lostIn(Snapshot inForce) {
        Map<InetAddress, String> owners = new HashMap<>();
        inForce.services().forEach((name, service) -> own(owners, "Service " + name, inForce.addressesOf(service)));
        inForce.workloads().forEach((name, workload) -> own(owners, "Workload " + name, inForce.addressesOf(workload)));
        List<Lost> lost = new ArrayList<>();
        inForce.workloads()
                .forEach((name, workload) ->
                        lose(owners, "Workload " + name, workload.addresses(), inForce.addressesOf(workload), lost));
        inForce.services().forEach((name, service) -> {
            String claimed = service.clusterIp();
            List<String> claims = claimed == null ? List.of() : List.of(claimed);
            lose(owners, "Service " + name, claims, inForce.addressesOf(service), lost);
        });
        return List.copyOf(lost);
    }

    private static void own(Map<InetAddress, String> owners, String object, List<String> addresses) {
        addresses.forEach(literal -> owners.putIfAbsent(InetAddress.ofLiteral(literal), object));
    }

    private static void lose(
            Map<InetAddress, String> owners, String object, List<String> claimed, List<String> has, List<Lost> lost) {
        List<InetAddress> given = has.stream().map(InetAddress::ofLiteral).toList();
        for (String literal : claimed) {
            InetAddress address = InetAddress.ofLiteral(literal);
            String owner = owners.get(address);
            if (owner != null && !given.contains(address)) {
                lost.add(new Lost(object, literal, owner));
            }
        }
    }

    private static void claim(
            Map<InetAddress, Claim> first,
            Map<InetAddress, List<Claim>> contested,
            Sort sort,
            ObjectName name,
            List<String> addresses) {
        for (String literal : addresses) {
            InetAddress address = InetAddress.ofLiteral(literal);
            Claim claim = new Claim(sort, name, literal);
            Claim other = first.putIfAbsent(address, claim);
            if (other != null && !(other.sort() == sort && other.name().equals(name))) {
                contested
                        .computeIfAbsent(address, _ -> new ArrayList<>(List.of(other)))
                        .add(claim);
            }
        }
    }

    private void decide(InetAddress address, List<Claim> claims, List<Lost> lost) {
        boolean meshed = claims.stream().anyMatch(claim -> claim.sort() == Sort.MESHED);
        Claim winner = claims.getFirst();
        for (Claim claim : claims) {
            if (goesBefore(claim, winner, address, meshed)) {
                winner = claim;
            }
        }
        for (Claim claim : claims) {
            boolean shared = claim.sort() == Sort.UNMESHED && winner.sort() == Sort.UNMESHED;
            if (!claim.equals(winner) && !shared) {
                lost.add(new Lost(claim.object(), claim.address(), winner.object()));
            }
        }
    }

    private boolean goesBefore(Claim claim, Claim other, InetAddress address, boolean meshed) {
        if (meshed && (claim.sort() == Sort.UNMESHED) != (other.sort() == Sort.UNMESHED)) {
            return other.sort() == Sort.UNMESHED;
        }
        boolean had = had(claim, address);
        return had == had(other, address) ? claim.sort().compareTo(other.sort()) > 0 : had;
    }

    private boolean had(Claim claim, InetAddress address) {
        List<String> addresses;
        if (claim.sort() == Sort.SERVICE) {
            Service service = before.services().get(claim.name());
            addresses = service == null ? List.of() : before.addressesOf(service);
        } else {
            Workload workload = before.workloads().get(claim.name());
            addresses = workload == null ? List.of() : before.addressesOf(workload);
        }
        return addresses.stream().anyMatch(had -> Objects.equals(InetAddress.ofLiteral(had), address));
    }

    /**
     * Returns what is wrong with a claim to an address.
     *
     * @param owner kind and name of the object that has the address
     */
    public static String problem(String address, String owner) {
        return CODE + ": it does not get the address " + address + ", which " + owner
                + " has (expected: an address of one object only)";
    }
}
