package dev.weft.control.revoke;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** A refused request of an operator, with its code, the reason, and what to do. */
final class RefusedException extends Exception {

    /** Why the request is refused; the codes are for people and programs, and never change. */
    enum Code {
        /** The request is invalid. */
        INVALID("WEFT-C030", Status.Code.INVALID_ARGUMENT),
        /** There is no such revocation. */
        NO_REVOCATION("WEFT-C031", Status.Code.NOT_FOUND),
        /** The sidecars would refuse the mesh's own issuer, or its control plane. */
        CUTS_OFF("WEFT-C032", Status.Code.FAILED_PRECONDITION),
        /** The own trust domain cannot be disabled. */
        OWN_DOMAIN("WEFT-C033", Status.Code.FAILED_PRECONDITION),
        /** The registry has no object of the trust domain. */
        NO_DOMAIN("WEFT-C034", Status.Code.NOT_FOUND),
        /** The object is in a file of the registry, and must be changed there. */
        IN_A_FILE("WEFT-C035", Status.Code.FAILED_PRECONDITION),
        /** The maximum number is reached. */
        TOO_MANY("WEFT-C036", Status.Code.RESOURCE_EXHAUSTED),
        /** The change cannot be stored, or cannot be put into force. */
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
