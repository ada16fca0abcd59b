package dev.weft.policy.limit;

import dev.weft.policy.model.Named;
import dev.weft.policy.model.Ports;
import java.util.List;
import java.util.Set;

/**
 * Limits on what the workloads that it selects take. The selector is applied by the control plane: a proxy only holds those of its
 * workload.
 *
 * @param namespace where it lives, and the workloads it selects
 * @param name unique in the namespace
 * @param ports ports of the workload, 1 to 65535; none means every port
 * @param limits each of those that match holds by itself
 */
public record RateLimit(String namespace, String name, Set<Integer> ports, List<LimitRule> limits) implements Named {

    /** The most limits of one object. */
    public static final int MAX_LIMITS = 16;

    /** The most objects about one workload; those beyond, by name, are not told. */
    public static final int MAX_OF_WORKLOAD = 64;

    /** @throws IllegalArgumentException a port is out of range, or there are no limits or too many */
    public RateLimit {
        ports = Ports.checked(ports);
        limits = List.copyOf(limits);
        if (limits.isEmpty() || limits.size() > MAX_LIMITS) {
            throw new IllegalArgumentException("limits: " + limits.size() + " (expected: 1-" + MAX_LIMITS + ")");
        }
    }

    /** Whether it speaks about a port. */
    public boolean selectsPort(int port) {
        return ports.isEmpty() || ports.contains(port);
    }
}
