package dev.weft.identity.verify;

import dev.weft.identity.svid.Rule;
import dev.weft.identity.verify.Verification.Rejected;

/** The TLS alert for a refused peer certificate (RFC 8446 section 6.2). The detailed reason is not sent to the peer. */
public enum TlsAlert {
    BAD_CERTIFICATE,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_REVOKED,
    /** The chain may be valid, but does not lead to a trusted anchor. */
    UNKNOWN_CA;

    static TlsAlert of(Rejected rejected) {
        Rule rule = rejected.rule();
        if (rule == Rule.EXPIRED) {
            return CERTIFICATE_EXPIRED;
        }
        if (rule == Rule.REVOKED_CERTIFICATE || rule == Rule.REVOKED_IDENTITY || rule == Rule.REVOKED_ISSUER) {
            return CERTIFICATE_REVOKED;
        }
        // A signature that does not fit the anchor of the same name means that another anchor of that name signed.
        boolean unknown = rule == Rule.NO_ANCHOR
                || rule == Rule.UNKNOWN_TRUST_DOMAIN
                || rule == Rule.EMPTY_BUNDLE
                || (rule == Rule.BAD_SIGNATURE && rejected.certificateIndex() > 0);
        return unknown ? UNKNOWN_CA : BAD_CERTIFICATE;
    }
}
