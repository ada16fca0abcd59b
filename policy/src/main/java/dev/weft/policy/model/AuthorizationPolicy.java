package dev.weft.policy.model;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A rule about who may connect to the workloads that it selects. The selector is applied by the control plane: a proxy only holds policies that select its workload.
 *
 * @param namespace where the policy lives, and the workloads it selects
 * @param name unique in the namespace
 * @param ports ports of the workload, 1 to 65535; none means every port
 * @param action what happens to the connections that match
 * @param from any of these must match; none matches nobody
 */
public record AuthorizationPolicy(String namespace, String name, Set<Integer> ports, Action action, List<Source> from) {

    /** Port numbers of TCP end here. */
    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException a port is out of range */
    public AuthorizationPolicy {
        for (int port : ports) {
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("port: " + port + " (expected: 1-65535)");
            }
        }
        ports = Collections.unmodifiableSet(new TreeSet<>(ports));
        from = List.copyOf(from);
    }

    /** "namespace/name". */
    public String fullName() {
        return namespace + "/" + name;
    }

    /** Whether the policy speaks about a port. */
    public boolean selectsPort(int port) {
        return ports.isEmpty() || ports.contains(port);
    }
}
