package dev.weft.identity.svid;

/** A certificate breaks a rule of the X.509-SVID standard. Without a stack trace, as peers cause it. */
public final class SvidViolationException extends Exception {

    private final Rule rule;

    SvidViolationException(Rule rule, String reason) {
        super(reason, null, false, false);
        this.rule = rule;
    }

    /** The rule that is broken; the message says how. */
    public Rule rule() {
        return rule;
    }
}
