package dev.weft.identity.svid;

/**
 * Thrown if a certificate breaks a rule of the X.509-SVID standard. It has no stack trace, because peers can cause it.
 */
public final class SvidViolationException extends Exception {

    private final Rule rule;

    SvidViolationException(Rule rule, String reason) {
        super(reason, null, false, false);
        this.rule = rule;
    }

    /** The rule that is broken. The message says how. */
    public Rule rule() {
        return rule;
    }
}
