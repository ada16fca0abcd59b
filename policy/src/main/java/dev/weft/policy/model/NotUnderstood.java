package dev.weft.policy.model;

import java.util.Set;

/**
 * A policy that arrived and cannot be understood: it denies on its ports.
 *
 * @param policy "namespace/name", as far as known
 * @param ports its ports as far as they could be read; none means every port
 * @param reason what is wrong with it
 */
public record NotUnderstood(String policy, Set<Integer> ports, String reason) {

    public NotUnderstood {
        ports = Set.copyOf(ports);
    }

    /** Whether the policy would have spoken about a port. */
    public boolean selectsPort(int port) {
        return ports.isEmpty() || ports.contains(port);
    }
}
