package dev.weft.policy.model;

import java.util.Set;

/**
 * A policy that arrived and cannot be understood. It denies all peers on its ports.
 *
 * @param policy "namespace/name", as far as known
 * @param ports ports of the policy, as far as they could be read; empty means every port
 * @param reason why the policy cannot be understood
 */
public record NotUnderstood(String policy, Set<Integer> ports, String reason) {

    public NotUnderstood {
        ports = Set.copyOf(ports);
    }

    /** Whether the policy applies to a port. */
    public boolean selectsPort(int port) {
        return ports.isEmpty() || ports.contains(port);
    }
}
