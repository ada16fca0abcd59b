package dev.weft.control.certify;

import dev.weft.identity.svid.Rule;
import dev.weft.identity.verify.Verification;
import java.util.EnumSet;
import java.util.Set;

/** Why no certificate was issued. The codes are for people and programs, and stay. */
public enum Refusal {
    /** Neither a join token nor an SVID. */
    NO_PROOF("WEFT-C001"),
    /** The token is unknown, used, out of date or no token at all. */
    BAD_TOKEN("WEFT-C002"),
    /** The SVID of the connection does not verify, or not any more. */
    BAD_SVID("WEFT-C003"),
    /** Not a signing request that can be read, not signed by its key, too large, or of a key that is not accepted. */
    BAD_REQUEST("WEFT-C004"),
    /** The request names another identity than the one proven. */
    OTHER_IDENTITY("WEFT-C005"),
    /** The proven identity is of another trust domain. */
    FOREIGN_IDENTITY("WEFT-C006"),
    /** Too many requests of one caller. */
    TOO_MANY("WEFT-C007"),
    /** The issuer cannot sign now. */
    NO_ISSUER("WEFT-C008"),
    /** Too many others ask at this moment. */
    BUSY("WEFT-C090"),
    /** The caller went away while it waited; told to nobody, it is in the audit log and the metrics. */
    CALLER_GONE("WEFT-C091"),
    /** The identity is the control plane's own. */
    RESERVED_IDENTITY("WEFT-C101"),
    /** The machine that asks was revoked. */
    MACHINE_REVOKED("WEFT-C070"),
    /** The registry has no such workload, or not any more. */
    NO_WORKLOAD("WEFT-C103"),
    /** The identity, the certificate shown, a key of its path or the whole trust domain is revoked or disabled. */
    REVOKED("WEFT-C038");

    private static final Set<Rule> REVOKED_BY = EnumSet.of(
            Rule.REVOKED_CERTIFICATE, Rule.REVOKED_IDENTITY, Rule.REVOKED_ISSUER, Rule.DISABLED_TRUST_DOMAIN);

    private final String code;

    Refusal(String code) {
        this.code = code;
    }

    /** Why an SVID that does not verify gets no certificate. */
    static Refusal of(Verification.Rejected rejected) {
        return isRevoked(rejected.rule()) ? REVOKED : BAD_SVID;
    }

    /** Whether it is a decision of the mesh that the SVID breaks, rather than a rule of certificates. */
    public static boolean isRevoked(Rule rule) {
        return REVOKED_BY.contains(rule);
    }

    /** {@code WEFT-C…}. */
    public String code() {
        return code;
    }
}
