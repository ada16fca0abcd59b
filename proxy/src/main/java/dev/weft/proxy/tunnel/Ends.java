package dev.weft.proxy.tunnel;

import dev.weft.identity.svid.X509Svid;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** When a chain ends. */
final class Ends {
    private Ends() {}

    /** The earliest end of the chain's certificates. */
    static Instant of(X509Svid svid) {
        Instant end = Instant.MAX;
        for (X509Certificate certificate : svid.chain()) {
            Instant notAfter = certificate.getNotAfter().toInstant();
            if (notAfter.isBefore(end)) {
                end = notAfter;
            }
        }
        return end;
    }
}
