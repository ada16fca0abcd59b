package dev.weft.local.supervisor;

import dev.weft.local.state.Network;
import dev.weft.mesh.model.IpFamily;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Service;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Assigns addresses. A workload keeps its address while the mesh runs, even if it is removed and added again. A
 * Service's address is derived from its name, unless two names collide. Used by one thread.
 */
final class AddressPlan {

    private static final int FIRST_WORKLOAD = 2;
    private static final int RANGE = 1 << 16;
    private static final int LAST_OCTET_MASK = 0xff;

    private final Network network;
    private final boolean ipv6Available;
    private final Map<ObjectName, Integer> workloads = new HashMap<>();
    private final Map<ObjectName, Integer> services = new HashMap<>();
    private int next = FIRST_WORKLOAD;

    AddressPlan(Network network, boolean ipv6Available) {
        this.network = network;
        this.ipv6Available = ipv6Available;
    }

    Network network() {
        return network;
    }

    /** Returns a workload's IPv4 address and, if the machine has IPv6, its IPv6 address. */
    List<String> workload(ObjectName name) {
        int index = workloads.computeIfAbsent(name, _ -> nextWorkload());
        List<String> addresses = new ArrayList<>(List.of(network.workloadIpv4(index)));
        if (ipv6Available) {
            addresses.add(network.workloadIpv6(index));
        }
        return List.copyOf(addresses);
    }

    /** Returns the addresses of a Service, IPv4 first. */
    List<String> service(Service service) {
        if (service.clusterIp() != null) {
            return List.of(service.clusterIp());
        }
        int index = services.computeIfAbsent(service.name(), this::freeService);
        List<String> addresses = new ArrayList<>();
        if (service.families().contains(IpFamily.IPV4)) {
            addresses.add(network.serviceIpv4(index));
        }
        if (service.families().contains(IpFamily.IPV6) && ipv6Available) {
            addresses.add(network.serviceIpv6(index));
        }
        return List.copyOf(addresses);
    }

    private int nextWorkload() {
        while (isNetworkEdge(next)) {
            next++;
        }
        if (next >= RANGE) {
            throw new IllegalStateException(
                    "no address left for another workload (expected: at most 65,000 in one mesh)");
        }
        return next++;
    }

    private int freeService(ObjectName name) {
        CRC32 hash = new CRC32();
        hash.update(name.toString().getBytes(StandardCharsets.UTF_8));
        int index = (int) (hash.getValue() % RANGE);
        for (int tried = 0; tried < RANGE; tried++) {
            if (!isNetworkEdge(index) && !services.containsValue(index)) {
                return index;
            }
            index = (index + 1) % RANGE;
        }
        throw new IllegalStateException("no address left for another service (expected: at most 65,000 in one mesh)");
    }

    /** Whether the address ends in 0 or 255. Some programs take such an address for the address of a network. */
    private static boolean isNetworkEdge(int index) {
        int last = index & LAST_OCTET_MASK;
        return last == 0 || last == LAST_OCTET_MASK;
    }
}
