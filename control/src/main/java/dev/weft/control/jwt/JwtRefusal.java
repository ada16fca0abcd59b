package dev.weft.control.jwt;

import dev.weft.control.refusal.Reason;
import io.grpc.Status.Code;

/** Why no token was issued. The codes are for people and programs, and never change. */
public enum JwtRefusal {
    /** The caller came without an SVID. */
    NO_SVID(Reason.of("WEFT-S001", Code.UNAUTHENTICATED)),
    /** The SVID of the connection does not verify, or no longer does. */
    BAD_SVID(Reason.of("WEFT-S002", Code.UNAUTHENTICATED)),
    /** The proven identity is of another trust domain. */
    FOREIGN_IDENTITY(Reason.of("WEFT-S003", Code.PERMISSION_DENIED)),
    /** No audience, too many, or one that is too long. */
    BAD_AUDIENCE(Reason.of("WEFT-S004", Code.INVALID_ARGUMENT)),
    /** The requested lifetime is not allowed. */
    BAD_TTL(Reason.of("WEFT-S005", Code.INVALID_ARGUMENT)),
    /** Too many requests of one caller. */
    TOO_MANY(Reason.of("WEFT-S006", Code.RESOURCE_EXHAUSTED)),
    /** Too many requests of all callers at once. */
    BUSY(Reason.of("WEFT-S007", Code.RESOURCE_EXHAUSTED)),
    /** The registry has no workload of the identity, or no longer has one. */
    NO_WORKLOAD(Reason.of("WEFT-S018", Code.PERMISSION_DENIED));

    private final Reason reason;

    JwtRefusal(Reason reason) {
        this.reason = reason;
    }

    /** Returns the stable code, {@code WEFT-S…}. */
    public String code() {
        return reason.code();
    }

    /** Returns the reason for the answer to the caller. */
    public Reason reason() {
        return reason;
    }
}
