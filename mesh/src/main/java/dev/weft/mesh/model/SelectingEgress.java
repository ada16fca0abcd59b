package dev.weft.mesh.model;

import dev.weft.policy.egress.EgressPolicy;

/**
 * A policy of what may be called outside of the mesh, and the workloads of its namespace that it is about.
 *
 * @param policy the policy
 * @param workloads which workloads
 */
public record SelectingEgress(EgressPolicy policy, LabelSelector workloads) implements Selecting<EgressPolicy> {}
