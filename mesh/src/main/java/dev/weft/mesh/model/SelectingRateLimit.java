package dev.weft.mesh.model;

import dev.weft.policy.limit.RateLimit;

/**
 * Limits and the workloads of their namespace that they are about.
 *
 * @param policy the limits
 * @param workloads which workloads
 */
public record SelectingRateLimit(RateLimit policy, LabelSelector workloads) implements Selecting<RateLimit> {}
