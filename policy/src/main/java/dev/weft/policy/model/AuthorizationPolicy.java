package dev.weft.policy.model;

import java.util.List;
import java.util.Set;

/**
 * A rule about which peers may connect to the workloads that it selects, or which requests they may make. The control
 * plane applies the selector: a proxy only holds policies that select its workload.
 *
 * @param namespace namespace of the policy and of the workloads that it selects
 * @param name unique in the namespace
 * @param ports ports of the workload, 1 to 65535; empty means every port
 * @param action what happens to the connections or requests that match
 * @param from kinds of peers: one of them must match; an empty list matches no peer
 * @param to kinds of requests: one of them must match; an empty list means the whole connection, whatever is sent on it
 */
public record AuthorizationPolicy(
        String namespace, String name, Set<Integer> ports, Action action, List<Source> from, List<RequestMatch> to)
        implements Named {

    /** The most entries of {@code to}. */
    public static final int MAX_TO = 1024;

    /** The most combinations of path, method and host that all entries of {@code to} together stand for. */
    public static final int MAX_COMBINATIONS = 16_384;

    /** @throws IllegalArgumentException if a port is out of range, or there are too many rules about requests */
    public AuthorizationPolicy {
        ports = Ports.checked(ports);
        from = List.copyOf(from);
        to = List.copyOf(to);
        if (to.size() > MAX_TO) {
            throw new IllegalArgumentException("to: " + to.size() + " entries (expected: at most " + MAX_TO + ")");
        }
        long combinations = combinations(to);
        if (combinations > MAX_COMBINATIONS) {
            throw new IllegalArgumentException("to: " + combinations
                    + " combinations of path, method and host (expected: at most " + MAX_COMBINATIONS + ")");
        }
    }

    /** A rule about whole connections. */
    public AuthorizationPolicy(String namespace, String name, Set<Integer> ports, Action action, List<Source> from) {
        this(namespace, name, ports, action, from, List.of());
    }

    /** Counts the combinations of path, method and host that the entries stand for. */
    public static long combinations(List<RequestMatch> to) {
        return to.stream().mapToLong(RequestMatch::combinations).sum();
    }

    /** Whether the policy applies to a port. */
    public boolean selectsPort(int port) {
        return ports.isEmpty() || ports.contains(port);
    }

    /** Whether the policy applies to single requests instead of whole connections. */
    public boolean aboutRequests() {
        return !to.isEmpty();
    }
}
