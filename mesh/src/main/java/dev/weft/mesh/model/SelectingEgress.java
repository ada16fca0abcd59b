package dev.weft.mesh.model;

import dev.weft.policy.egress.EgressPolicy;

/**
 * An egress policy, and the selector for the workloads of its namespace that it applies to.
 */
public record SelectingEgress(EgressPolicy policy, LabelSelector workloads) implements Selecting<EgressPolicy> {}
