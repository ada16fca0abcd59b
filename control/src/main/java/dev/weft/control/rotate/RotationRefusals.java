package dev.weft.control.rotate;

import dev.weft.control.refusal.Reason;
import io.grpc.Status.Code;

/** Why operators' requests about issuers and anchors are refused. */
final class RotationRefusals {

    /** The input is not PEM, not what is expected, or too long. */
    static final Reason BAD_INPUT = Reason.of("WEFT-C040", Code.INVALID_ARGUMENT);

    /** The issuer's key, chain or throw-away SVID does not work. */
    static final Reason BAD_ISSUER = Reason.of("WEFT-C041", Code.INVALID_ARGUMENT);

    /** The issuer's anchor is not trusted by every sidecar yet. */
    static final Reason NOT_TRUSTED = Reason.of("WEFT-C042", Code.FAILED_PRECONDITION);

    /** No signing request has this key. */
    static final Reason NO_REQUEST = Reason.of("WEFT-C043", Code.NOT_FOUND);

    /** A rotation is running, or is past the step in which this is possible. */
    static final Reason ROTATION_RUNS = Reason.of("WEFT-C044", Code.FAILED_PRECONDITION);

    /** No rotation is running, or it does not wait for that proxy. */
    static final Reason NO_ROTATION = Reason.of("WEFT-C045", Code.NOT_FOUND);

    /** The rotation can no longer be rolled back. */
    static final Reason NO_WAY_BACK = Reason.of("WEFT-C046", Code.FAILED_PRECONDITION);

    /** The state directory cannot be used. */
    static final Reason STATE = Reason.of("WEFT-C049", Code.UNAVAILABLE);

    /** The issuer is kept in a directory that another program writes. */
    static final Reason KEPT_ELSEWHERE = Reason.of("WEFT-C086", Code.FAILED_PRECONDITION);

    /** Too many signing requests wait to be signed. */
    static final Reason REQUESTS_WAIT = Reason.of("WEFT-C110", Code.FAILED_PRECONDITION);

    /** The issuer was replaced by hand since the rotation began. */
    static final Reason ISSUER_REPLACED = Reason.of("WEFT-C112", Code.FAILED_PRECONDITION);

    /** The anchor was revoked, or is tainted: nothing below it would be trusted. */
    static final Reason ANCHOR_REVOKED = Reason.of("WEFT-C114", Code.FAILED_PRECONDITION);

    private RotationRefusals() {}
}
