package dev.weft.mesh.model;

import dev.weft.policy.model.AuthorizationPolicy;

/**
 * An authorization policy, and the selector for the workloads of its namespace that it applies to.
 *
 * @param policy the policy
 * @param workloads selector for the workloads
 */
public record SelectingPolicy(AuthorizationPolicy policy, LabelSelector workloads)
        implements Selecting<AuthorizationPolicy> {}
