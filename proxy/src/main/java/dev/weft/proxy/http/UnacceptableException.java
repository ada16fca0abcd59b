package dev.weft.proxy.http;

/**
 * A message that a sidecar does not pass on, whatever policy says: it breaks a rule or a limit, asks for something that
 * is not done, or can be read in more than one way. It has no stack trace, because a peer can cause it at will.
 */
public final class UnacceptableException extends Exception {
    private final transient GateRefusal refusal;

    UnacceptableException(GateRefusal.Code code, String reason) {
        super(reason, null, false, false);
        this.refusal = GateRefusal.of(code, reason);
    }

    /** Returns the answer for the caller. */
    public GateRefusal refusal() {
        return refusal;
    }
}
