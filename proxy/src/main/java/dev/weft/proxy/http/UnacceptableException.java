package dev.weft.proxy.http;

/**
 * A message that breaks a rule of HTTP/1.1 or a limit, or a well-formed request of HTTP/2 that can be read in more than
 * one way. It has no stack trace, because a peer can cause it at will.
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
