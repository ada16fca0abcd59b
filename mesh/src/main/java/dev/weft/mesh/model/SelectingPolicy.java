package dev.weft.mesh.model;

import dev.weft.policy.model.AuthorizationPolicy;

/**
 * A policy and the workloads of its namespace that it is about.
 *
 * @param policy the policy
 * @param workloads which workloads
 */
public record SelectingPolicy(AuthorizationPolicy policy, LabelSelector workloads)
        implements Selecting<AuthorizationPolicy> {}
