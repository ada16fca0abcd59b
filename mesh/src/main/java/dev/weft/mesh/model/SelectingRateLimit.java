package dev.weft.mesh.model;

import dev.weft.policy.limit.RateLimit;

/**
 * Limits and the workloads of their namespace that they are about.
 *
 * @param limit the limits
 * @param workloads which workloads
 */
public record SelectingRateLimit(RateLimit limit, LabelSelector workloads) {

    /** Whether the limits are about a workload. */
    public boolean selects(Workload workload) {
        return workload.name().namespace().equals(limit.namespace()) && workloads.matches(workload.labels());
    }
}
