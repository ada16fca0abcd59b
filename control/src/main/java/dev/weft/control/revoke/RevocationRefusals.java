package dev.weft.control.revoke;

import dev.weft.control.refusal.Reason;
import io.grpc.Status.Code;

/** Why operators' requests about revocations and trust domains are refused. */
final class RevocationRefusals {

    /** The request cannot be used. */
    static final Reason INVALID = Reason.of("WEFT-C030", Code.INVALID_ARGUMENT);

    /** There is no such revocation. */
    static final Reason NO_REVOCATION = Reason.of("WEFT-C031", Code.NOT_FOUND);

    /** The mesh's own issuer, or its control plane, would be refused. */
    static final Reason CUTS_OFF = Reason.of("WEFT-C032", Code.FAILED_PRECONDITION);

    /** The control plane's own trust domain cannot be disabled. */
    static final Reason OWN_DOMAIN = Reason.of("WEFT-C033", Code.FAILED_PRECONDITION);

    /** The registry has no such trust domain. */
    static final Reason NO_DOMAIN = Reason.of("WEFT-C034", Code.NOT_FOUND);

    /** A file of the registry has this entry, so only the file can change it. */
    static final Reason IN_A_FILE = Reason.of("WEFT-C035", Code.FAILED_PRECONDITION);

    /** The limit of revocations is reached. */
    static final Reason TOO_MANY = Reason.of("WEFT-C036", Code.RESOURCE_EXHAUSTED);

    /** The change cannot be stored, or cannot take effect. */
    static final Reason NOT_IN_FORCE = Reason.of("WEFT-C037", Code.UNAVAILABLE);

    private RevocationRefusals() {}
}
