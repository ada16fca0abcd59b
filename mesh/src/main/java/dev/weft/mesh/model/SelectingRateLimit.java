package dev.weft.mesh.model;

import dev.weft.policy.limit.RateLimit;

/**
 * Rate limits, and the selector for the workloads of their namespace that they apply to.
 */
public record SelectingRateLimit(RateLimit policy, LabelSelector workloads) implements Selecting<RateLimit> {}
