package dev.weft.control.certify;

import dev.weft.control.attest.Attestation;
import dev.weft.control.refusal.Reason;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.verify.Verification;
import io.grpc.Status.Code;
import java.util.EnumSet;
import java.util.Set;

/** Why no certificate was issued. The codes are for people and programs, and never change. */
public enum Refusal {
    /** The request has neither a token nor an SVID. */
    NO_PROOF(Reason.lasting("WEFT-C001", Code.UNAUTHENTICATED)),
    /** The token is unknown, used, expired or malformed. */
    BAD_TOKEN(Reason.lasting("WEFT-C002", Code.UNAUTHENTICATED)),
    /** The SVID of the connection does not verify, or no longer does. */
    BAD_SVID(Reason.of("WEFT-C003", Code.UNAUTHENTICATED)),
    /**
     * The signing request cannot be read, is not signed by its key, is too large, or has a key that is not accepted.
     */
    BAD_REQUEST(Reason.lasting("WEFT-C004", Code.INVALID_ARGUMENT)),
    /** The request names another identity than the one proven. */
    OTHER_IDENTITY(Reason.lasting("WEFT-C005", Code.INVALID_ARGUMENT)),
    /** The proven identity is of another trust domain. */
    FOREIGN_IDENTITY(Reason.lasting("WEFT-C006", Code.PERMISSION_DENIED)),
    /** Too many requests of one caller. */
    TOO_MANY(Reason.of("WEFT-C007", Code.RESOURCE_EXHAUSTED)),
    /** The issuer cannot sign now. The token is neither accepted nor refused: a sidecar may send the same one again. */
    NO_ISSUER(Reason.of("WEFT-C008", Code.UNAVAILABLE)),
    /** Too many other callers ask at this moment. */
    BUSY(Reason.of("WEFT-C090", Code.RESOURCE_EXHAUSTED)),
    /** The caller went away while it waited. Only the audit log and the metrics record this. */
    CALLER_GONE(Reason.of("WEFT-C091", Code.CANCELLED)),
    /** The identity is the control plane's own. */
    RESERVED_IDENTITY(Reason.of("WEFT-C101", Code.PERMISSION_DENIED)),
    /** The machine that sends the request was revoked. */
    MACHINE_REVOKED(Reason.lasting("WEFT-C070", Code.PERMISSION_DENIED)),
    /** The registry has no such workload, or no longer has it. */
    NO_WORKLOAD(Reason.of("WEFT-C103", Code.PERMISSION_DENIED)),
    /**
     * The owner of the workload token cannot be identified now: too many callers ask, or the platform does not answer.
     */
    NOT_ATTESTED_YET(Reason.of("WEFT-C104", Code.UNAVAILABLE)),
    /** No platform here issues workload tokens. */
    NO_PLATFORM(Reason.of("WEFT-C105", Code.UNAUTHENTICATED)),
    /** The platform does not know the workload token. */
    TOKEN_NOT_AUTHENTICATED(Reason.of("WEFT-C106", Code.UNAUTHENTICATED)),
    /** The workload token was made for another audience. */
    TOKEN_OF_OTHER_AUDIENCE(Reason.of("WEFT-C107", Code.UNAUTHENTICATED)),
    /** The workload token has expired. */
    TOKEN_EXPIRED(Reason.of("WEFT-C108", Code.UNAUTHENTICATED)),
    /** The workload token does not belong to a service account. */
    NO_SERVICE_ACCOUNT(Reason.of("WEFT-C109", Code.UNAUTHENTICATED)),
    /** The workload token is not bound to a pod. */
    TOKEN_NOT_BOUND(Reason.of("WEFT-C116", Code.UNAUTHENTICATED)),
    /** The pod of the workload token is gone. */
    POD_GONE(Reason.of("WEFT-C117", Code.UNAUTHENTICATED)),
    /** Another pod now has the name of the workload token's pod. */
    OTHER_POD(Reason.of("WEFT-C118", Code.UNAUTHENTICATED)),
    /** The service account of the workload token is gone, or another one now has its name. */
    OTHER_SERVICE_ACCOUNT(Reason.of("WEFT-C119", Code.UNAUTHENTICATED)),
    /** The registry does not know the pod of the workload token as a meshed workload, or does not know it yet. */
    WORKLOAD_NOT_KNOWN_YET(Reason.of("WEFT-C120", Code.UNAVAILABLE)),
    /** The identity, the certificate shown, a key of its path or the whole trust domain is revoked or disabled. */
    REVOKED(Reason.of("WEFT-C038", Code.PERMISSION_DENIED));

    private static final Set<Rule> REVOKED_BY = EnumSet.of(
            Rule.REVOKED_CERTIFICATE, Rule.REVOKED_IDENTITY, Rule.REVOKED_ISSUER, Rule.DISABLED_TRUST_DOMAIN);

    private final Reason reason;

    Refusal(Reason reason) {
        this.reason = reason;
    }

    static Refusal of(Verification.Rejected rejected) {
        return isRevoked(rejected.rule()) ? REVOKED : BAD_SVID;
    }

    static Refusal of(Attestation.Reason reason) {
        return switch (reason) {
            case LATER -> NOT_ATTESTED_YET;
            case CALLER_GONE -> CALLER_GONE;
            case NO_PLATFORM -> NO_PLATFORM;
            case NOT_AUTHENTICATED -> TOKEN_NOT_AUTHENTICATED;
            case OTHER_AUDIENCE -> TOKEN_OF_OTHER_AUDIENCE;
            case EXPIRED -> TOKEN_EXPIRED;
            case NO_SERVICE_ACCOUNT -> NO_SERVICE_ACCOUNT;
            case NOT_BOUND -> TOKEN_NOT_BOUND;
            case POD_GONE -> POD_GONE;
            case OTHER_POD -> OTHER_POD;
            case OTHER_SERVICE_ACCOUNT -> OTHER_SERVICE_ACCOUNT;
        };
    }

    /** Whether the rule that the SVID breaks is a revocation by the mesh, rather than a rule about certificates. */
    public static boolean isRevoked(Rule rule) {
        return REVOKED_BY.contains(rule);
    }

    /** Returns the stable code, {@code WEFT-C…}. */
    public String code() {
        return reason.code();
    }

    /** Returns the reason for the answer to the caller. */
    public Reason reason() {
        return reason;
    }
}
