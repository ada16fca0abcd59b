package dev.weft.control.revoke;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** An operator's wish that is not fulfilled, with its code, the reason, and what to do. */
final class RefusedException extends Exception {

    /** Why; the codes are for people and programs, and stay. */
    enum Code {
        /** What was given cannot be used. */
        INVALID("WEFT-C030", Status.Code.INVALID_ARGUMENT),
        /** There is no such revocation. */
        NO_REVOCATION("WEFT-C031", Status.Code.NOT_FOUND),
        /** The mesh's own issuer, or its control plane, would be refused. */
        CUTS_OFF("WEFT-C032", Status.Code.FAILED_PRECONDITION),
        /** The own trust domain cannot be disabled. */
        OWN_DOMAIN("WEFT-C033", Status.Code.FAILED_PRECONDITION),
        /** The registry does not speak of the trust domain. */
        NO_DOMAIN("WEFT-C034", Status.Code.NOT_FOUND),
        /** A file of the registry says it. */
        IN_A_FILE("WEFT-C035", Status.Code.FAILED_PRECONDITION),
        /** There are as many as there may be. */
        TOO_MANY("WEFT-C036", Status.Code.RESOURCE_EXHAUSTED),
        /** It cannot be kept, or not be put into force. */
        NOT_IN_FORCE("WEFT-C037", Status.Code.UNAVAILABLE);

        private final String code;
        private final Status.Code status;

        Code(String code, Status.Code status) {
            this.code = code;
            this.status = status;
        }
    }

    private static final long serialVersionUID = 1L;
    private final Code code;

    /** @param what what is wrong, then, after a semicolon, what to do */
    RefusedException(Code code, String what) {
        super(what);
        this.code = code;
    }

    StatusRuntimeException toStatus() {
        return code.status
                .toStatus()
                .withDescription(code.code + ": " + getMessage())
                .asRuntimeException();
    }
}
