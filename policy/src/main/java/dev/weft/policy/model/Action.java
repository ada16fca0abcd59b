package dev.weft.policy.model;

/** What a policy does with the connections it matches. */
public enum Action {
    /** Admits the peer. Once an Allow policy selects a workload and port, at least one such policy must match. */
    ALLOW,
    /** Refuses the peer, even if another policy allows it. */
    DENY,
    /** Only records the match. */
    AUDIT
}
