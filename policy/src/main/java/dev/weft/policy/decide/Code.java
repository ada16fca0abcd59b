package dev.weft.policy.decide;

/**
 * The reason why a connection or a request was admitted or refused. Codes are stable, and the user's guide has a line
 * for each.
 */
public enum Code {
    /** A Deny policy matches. */
    DENIED("WEFT-P001"),
    /** Allow policies select the port, and none of them matches. */
    NOT_ALLOWED("WEFT-P002"),
    /** The default decision is to deny. */
    DEFAULT_DENY("WEFT-P003"),
    /** The default decision requires an identity, and the peer has none. */
    UNAUTHENTICATED("WEFT-P004"),
    /** A policy for the port cannot be understood. */
    NOT_UNDERSTOOD("WEFT-P005"),
    /** A rate limit for requests is exceeded. */
    TOO_MANY_REQUESTS("WEFT-H070"),
    /** A rate limit for new connections is exceeded. */
    TOO_MANY_CONNECTIONS("WEFT-H071"),
    /** The workload already has as many requests in progress as a limit permits. */
    OVERLOADED("WEFT-H080"),
    /** An Allow policy matches. */
    ALLOWED("WEFT-P100"),
    /** The default decision admits the peer. */
    DEFAULT_ALLOWED("WEFT-P101"),
    /** Each request of the connection is judged. */
    PER_REQUEST("WEFT-P102");

    private final String text;

    Code(String text) {
        this.text = text;
    }

    /** The code as shown in logs, metrics and refusals. */
    public String text() {
        return text;
    }
}
