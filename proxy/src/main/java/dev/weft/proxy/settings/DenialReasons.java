package dev.weft.proxy.settings;

/** Which callers get the policy and the reason when their request is refused. Every caller gets the code. */
public enum DenialReasons {
    /** Every caller. */
    ALL,
    /** Callers that have proven an identity. */
    IDENTIFIED,
    /** No caller. */
    NONE;

    /**
     * Whether a caller gets the reason.
     *
     * @param identified whether the caller has proven an identity
     */
    public boolean told(boolean identified) {
        return this == ALL || (this == IDENTIFIED && identified);
    }
}
