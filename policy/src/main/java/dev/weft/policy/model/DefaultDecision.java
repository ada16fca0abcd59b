package dev.weft.policy.model;

/** The decision where no Allow policy selects a workload and port. */
public enum DefaultDecision {
    /** Admits any peer that has proven an identity. */
    AUTHENTICATED,
    /** Admits no peer. */
    DENY,
    /** Admits any peer, with or without an identity. */
    ANYONE
}
