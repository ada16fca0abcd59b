package dev.weft.policy.decide;

/** Why a connection or a request was admitted or refused; stable, and a line in the user's guide. */
public enum Code {
    /** A Deny policy matches. */
    DENIED("WEFT-P001"),
    /** Allow policies select the port and none matches. */
    NOT_ALLOWED("WEFT-P002"),
    /** The default is to deny. */
    DEFAULT_DENY("WEFT-P003"),
    /** The default asks for an identity and the peer has none. */
    UNAUTHENTICATED("WEFT-P004"),
    /** A policy for the port cannot be understood. */
    NOT_UNDERSTOOD("WEFT-P005"),
    /** A rate limit for requests is exceeded. */
    TOO_MANY_REQUESTS("WEFT-H070"),
    /** A rate limit for new connections is exceeded. */
    TOO_MANY_CONNECTIONS("WEFT-H071"),
    /** The workload has as many requests at once as a limit lets it have. */
    OVERLOADED("WEFT-H080"),
    /** An Allow policy matches. */
    ALLOWED("WEFT-P100"),
    /** The default admits. */
    DEFAULT_ALLOWED("WEFT-P101"),
    /** Each request of the connection is judged. */
    PER_REQUEST("WEFT-P102");

    private final String text;

    Code(String text) {
        this.text = text;
    }

    /** As logs, metrics and refusals show it. */
    public String text() {
        return text;
    }
}
