package dev.weft.mesh.model;

import dev.weft.policy.limit.RateLimit;

/**
 * Limits and the workloads of their namespace that they are about.
 *
 * @param limit the limits
 * @param workloads which workloads
 */
public record SelectingRateLimit(RateLimit limit, LabelSelector workloads) implements Selecting {

    @Override
    public String namespace() {
        return limit.namespace();
    }

    @Override
    public String name() {
        return limit.name();
    }
}
