package dev.weft.mesh.model;

import dev.weft.policy.model.AuthorizationPolicy;

/**
 * An authorization policy, and the selector for the workloads of its namespace that it applies to.
 */
public record SelectingPolicy(AuthorizationPolicy policy, LabelSelector workloads)
        implements Selecting<AuthorizationPolicy> {}
