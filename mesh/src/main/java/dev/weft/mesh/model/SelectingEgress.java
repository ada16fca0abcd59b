package dev.weft.mesh.model;

import dev.weft.policy.egress.EgressPolicy;

/**
 * A policy of what may be called outside of the mesh, and the workloads of its namespace that it is about.
 *
 * @param policy the policy
 * @param workloads which workloads
 */
public record SelectingEgress(EgressPolicy policy, LabelSelector workloads) {

    /** Whether the policy is about a workload. */
    public boolean selects(Workload workload) {
        return workload.name().namespace().equals(policy.namespace()) && workloads.matches(workload.labels());
    }
}
