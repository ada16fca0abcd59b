package dev.weft.control.rotate;

import io.grpc.Status;

/** A refused request of an operator about trust; nothing has changed. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The input is not PEM, not of the expected kind, or too much. */
    static final String BAD_INPUT = "WEFT-C040";

    /** The issuer's key, chain or throw-away SVID does not work. */
    static final String BAD_ISSUER = "WEFT-C041";

    /** The issuer's anchor is not trusted by every sidecar yet. */
    static final String NOT_TRUSTED = "WEFT-C042";

    /** No signing request waits whose key the certificate could have. */
    static final String NO_REQUEST = "WEFT-C043";

    /** A rotation runs, or is past the step that the request belongs to. */
    static final String ROTATION_RUNS = "WEFT-C044";

    /** No rotation runs, or it does not wait for that proxy. */
    static final String NO_ROTATION = "WEFT-C045";

    /** The rotation can no longer be rolled back. */
    static final String NO_WAY_BACK = "WEFT-C046";

    /** The issuer is in a directory that somebody else maintains. */
    static final String KEPT_ELSEWHERE = "WEFT-C086";

    /** The state directory cannot be written. */
    static final String STATE = "WEFT-C049";

    /** Too many signing requests wait to be signed. */
    static final String REQUESTS_WAIT = "WEFT-C110";

    /** The anchor is revoked or tainted: no certificate below it would be trusted. */
    static final String ANCHOR_REVOKED = "WEFT-C114";

    /** The issuer was replaced by hand since the rotation began. */
    static final String ISSUER_REPLACED = "WEFT-C112";

    private final transient Status status;

    RefusedException(Status.Code status, String code, String what) {
        super(code + ": " + what);
        this.status = status.toStatus().withDescription(code + ": " + what);
    }

    Status status() {
        return status;
    }
}
