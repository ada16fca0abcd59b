package dev.weft.identity.verify;

import dev.weft.identity.svid.Rule;
import dev.weft.identity.verify.Verification.Rejected;

/** What a peer is told of its refused certificate in the handshake (RFC 8446 section 6.2). The reason itself stays here. */
public enum TlsAlert {
    BAD_CERTIFICATE,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_REVOKED,
    /** The chain may be valid, but it leads to no anchor that is trusted here. */
    UNKNOWN_CA;

    static TlsAlert of(Rejected rejected) {
        Rule rule = rejected.rule();
        if (rule == Rule.EXPIRED) {
            return CERTIFICATE_EXPIRED;
        }
        if (rule == Rule.REVOKED_CERTIFICATE || rule == Rule.REVOKED_IDENTITY || rule == Rule.REVOKED_ISSUER) {
            return CERTIFICATE_REVOKED;
        }
        // An issuer that the anchor of its name has not signed is of another anchor of that name.
        boolean unknown = rule == Rule.NO_ANCHOR
                || rule == Rule.UNKNOWN_TRUST_DOMAIN
                || rule == Rule.EMPTY_BUNDLE
                || (rule == Rule.BAD_SIGNATURE && rejected.certificateIndex() > 0);
        return unknown ? UNKNOWN_CA : BAD_CERTIFICATE;
    }
}
