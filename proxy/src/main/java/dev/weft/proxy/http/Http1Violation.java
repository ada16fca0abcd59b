package dev.weft.proxy.http;

/** A message that breaks a rule of HTTP/1.1 or a limit. It has no stack trace, because a peer can cause it at will. */
final class Http1Violation extends Exception {
    private final transient GateRefusal refusal;

    Http1Violation(GateRefusal.Code code, String reason) {
        super(reason, null, false, false);
        this.refusal = GateRefusal.of(code, reason);
    }

    GateRefusal refusal() {
        return refusal;
    }
}
