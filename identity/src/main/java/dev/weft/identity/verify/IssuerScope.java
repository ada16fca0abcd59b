package dev.weft.identity.verify;

import dev.weft.identity.der.MalformedDerException;
import dev.weft.identity.spiffe.TrustDomain;
import java.security.cert.X509Certificate;
import java.util.List;

/** For which trust domains an issuer can sign at all, whatever is trusted of it. */
public final class IssuerScope {

    private IssuerScope() {}

    /**
     * Whether name constraints keep an issuer from signing for a trust domain: some certificate of its path has permitted
     * URI names, and this one's is not among them (RFC 5280 section 4.2.1.10). What is merely excluded does not count, as it
     * leaves every name that no one thought of.
     *
     * @param path the issuer's certificate, then those above it; with the anchor or without
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
