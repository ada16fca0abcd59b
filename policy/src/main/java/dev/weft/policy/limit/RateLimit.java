package dev.weft.policy.limit;

import dev.weft.policy.model.Named;
import dev.weft.policy.model.Ports;
import java.util.List;
import java.util.Set;

/**
 * Limits on the requests and connections that the selected workloads accept. The control plane applies the selector: a
 * proxy only holds the limits of its workload.
 *
 * @param namespace namespace of the object and of the workloads that it selects
 * @param name unique in the namespace
 * @param ports ports of the workload, 1 to 65535; empty means every port
 * @param limits each limit that matches holds independently of the others
 */
public record RateLimit(String namespace, String name, Set<Integer> ports, List<LimitRule> limits) implements Named {

    /** The most limits of one object. */
    public static final int MAX_LIMITS = 16;

    /** The most objects for one workload. Objects beyond that, in the order of names, are not sent to the proxy. */
    public static final int MAX_OF_WORKLOAD = 64;

    /** @throws IllegalArgumentException if a port is out of range, there are no limits, or there are too many */
    public RateLimit {
        ports = Ports.checked(ports);
        limits = List.copyOf(limits);
        if (limits.isEmpty() || limits.size() > MAX_LIMITS) {
            throw new IllegalArgumentException("limits: " + limits.size() + " (expected: 1-" + MAX_LIMITS + ")");
        }
    }

    /** Whether the limits apply to a port. */
    public boolean selectsPort(int port) {
        return ports.isEmpty() || ports.contains(port);
    }
}
