package dev.weft.policy.model;

/** What a policy does with the connections it matches. */
public enum Action {
    /** Admits; once an Allow policy selects a workload and port, one must match. */
    ALLOW,
    /** Refuses, whatever else allows. */
    DENY,
    /** Only recorded. */
    AUDIT
}
