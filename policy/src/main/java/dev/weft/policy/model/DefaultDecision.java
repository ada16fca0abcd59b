package dev.weft.policy.model;

/** What holds where no Allow policy selects a workload and port. */
public enum DefaultDecision {
    /** Any peer that has proven an identity. */
    AUTHENTICATED,
    /** No one. */
    DENY,
    /** Any peer, also one without an identity. */
    ANYONE
}
