package dev.weft.control.certify;

import dev.weft.control.attest.Attestation;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.verify.Verification;
import java.util.EnumSet;
import java.util.Set;

/** Why no certificate was issued. The codes are for people and programs, and never change. */
public enum Refusal {
    /** The caller showed neither a token nor an SVID. */
    NO_PROOF("WEFT-C001"),
    /** The token is unknown, used, expired or malformed. */
    BAD_TOKEN("WEFT-C002"),
    /** The SVID of the connection does not verify, or no longer does. */
    BAD_SVID("WEFT-C003"),
    /** The signing request is unreadable, not signed by its key, too large, or has a key that is not accepted. */
    BAD_REQUEST("WEFT-C004"),
    /** The request names another identity than the one proven. */
    OTHER_IDENTITY("WEFT-C005"),
    /** The proven identity belongs to another trust domain. */
    FOREIGN_IDENTITY("WEFT-C006"),
    /** The caller sent too many requests. */
    TOO_MANY("WEFT-C007"),
    /** The issuer cannot sign now. */
    NO_ISSUER("WEFT-C008"),
    /** Too many callers ask at the moment. */
    BUSY("WEFT-C090"),
    /** The caller went away while it waited; the refusal goes to the audit log and the metrics only. */
    CALLER_GONE("WEFT-C091"),
    /** The identity is the control plane's own. */
    RESERVED_IDENTITY("WEFT-C101"),
    /** The machine that asks was revoked. */
    MACHINE_REVOKED("WEFT-C070"),
    /** The registry has no such workload, or no longer has it. */
    NO_WORKLOAD("WEFT-C103"),
    /** The owner of the workload token cannot be determined now: too many requests, or the platform does not answer. */
    NOT_ATTESTED_YET("WEFT-C104"),
    /** No platform here makes workload tokens. */
    NO_PLATFORM("WEFT-C105"),
    /** The platform does not know the workload token. */
    TOKEN_NOT_AUTHENTICATED("WEFT-C106"),
    /** The workload token was made for another audience. */
    TOKEN_OF_OTHER_AUDIENCE("WEFT-C107"),
    /** The workload token has expired. */
    TOKEN_EXPIRED("WEFT-C108"),
    /** The workload token does not belong to a service account. */
    NO_SERVICE_ACCOUNT("WEFT-C109"),
    /** The workload token is not bound to a pod. */
    TOKEN_NOT_BOUND("WEFT-C116"),
    /** The pod of the workload token is gone. */
    POD_GONE("WEFT-C117"),
    /** Another pod has the name now. */
    OTHER_POD("WEFT-C118"),
    /** The service account of the workload token is gone, even if another has its name now. */
    OTHER_SERVICE_ACCOUNT("WEFT-C119"),
    /** The registry does not yet, or not at all, know the pod of the workload token as a meshed workload. */
    WORKLOAD_NOT_KNOWN_YET("WEFT-C120"),
    /** The identity, the shown certificate, a key of its path or the whole trust domain is revoked or disabled. */
    REVOKED("WEFT-C038");

    private static final Set<Rule> REVOKED_BY = EnumSet.of(
            Rule.REVOKED_CERTIFICATE, Rule.REVOKED_IDENTITY, Rule.REVOKED_ISSUER, Rule.DISABLED_TRUST_DOMAIN);

    private final String code;

    Refusal(String code) {
        this.code = code;
    }

    /** Returns the refusal for an SVID that does not verify. */
    static Refusal of(Verification.Rejected rejected) {
        return isRevoked(rejected.rule()) ? REVOKED : BAD_SVID;
    }

    /** Returns the refusal for a workload token that proves nothing. */
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
        return code;
    }
}
