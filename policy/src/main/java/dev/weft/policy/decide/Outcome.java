package dev.weft.policy.decide;

/** What becomes of a connection or of a request. */
public enum Outcome {
    /** It may be. */
    ALLOW,
    /** It is refused. */
    DENY,
    /** The connection may be; each request on it is judged by its own. Never the outcome for a request. */
    PER_REQUEST
}
