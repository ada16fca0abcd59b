package dev.weft.identity.verify;

import dev.weft.identity.svid.Rule;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** Checks the validity period of certificates, both ends included (RFC 5280 section 4.1.2.5). */
final class Validity {

    private Validity() {}

    static boolean is(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && !now.isAfter(certificate.getNotAfter().toInstant());
    }

    static void check(X509Certificate certificate, Instant now, int index) throws RejectionException {
        Instant notBefore = certificate.getNotBefore().toInstant();
        Instant notAfter = certificate.getNotAfter().toInstant();
        if (now.isBefore(notBefore)) {
            throw new RejectionException(
                    index, Rule.NOT_YET_VALID, "not valid before " + notBefore + " (now: " + now + ")");
        }
        if (now.isAfter(notAfter)) {
            throw new RejectionException(index, Rule.EXPIRED, "expired at " + notAfter + " (now: " + now + ")");
        }
    }
}
