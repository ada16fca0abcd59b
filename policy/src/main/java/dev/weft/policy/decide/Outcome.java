package dev.weft.policy.decide;

/** The result of a decision on a connection or a request. */
public enum Outcome {
    /** The connection or request is admitted. */
    ALLOW,
    /** The connection or request is refused. */
    DENY,
    /** The connection is admitted, and each request on it is judged separately. Never the outcome for a request. */
    PER_REQUEST
}
