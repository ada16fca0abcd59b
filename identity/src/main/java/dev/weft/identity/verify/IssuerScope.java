package dev.weft.identity.verify;

import dev.weft.identity.der.MalformedDerException;
import dev.weft.identity.spiffe.TrustDomain;
import java.security.cert.X509Certificate;
import java.util.List;

/** Finds out for which trust domains an issuer can sign, independently of what is trusted. */
public final class IssuerScope {

    private IssuerScope() {}

    /**
     * Whether name constraints keep an issuer from signing for a trust domain. That is so if some certificate of its
     * path has permitted URI names, and this trust domain is not among them (RFC 5280 section 4.2.1.10). Excluded names
     * do not count, because they leave every other name permitted.
     *
     * @param path the issuer's certificate, then the certificates above it; with or without the anchor
     */
    public static boolean isKeptFrom(List<X509Certificate> path, TrustDomain other) {
        return path.stream().anyMatch(certificate -> keepsFrom(certificate, other));
    }

    private static boolean keepsFrom(X509Certificate certificate, TrustDomain other) {
        try {
            NameConstraints constraints = NameConstraints.of(certificate);
            return !constraints.permitted().isEmpty() && !constraints.cover(other);
        } catch (MalformedDerException _) {
            return false;
        }
    }
}
