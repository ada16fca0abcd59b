package dev.weft.cli.command.trust;

import dev.weft.cli.command.Session;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.IssuerRequests;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.spiffe.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Signs issuers with an anchor. */
public final class Signing {

    private static final Duration DEFAULT_LIFETIME = Duration.ofDays(365);

    private Signing() {}

    /** Returns a year, or the rest of the anchor's lifetime if that is shorter. */
    static Duration usualLifetime(X509Certificate anchor, Instant now) {
        Duration left = Duration.between(now, anchor.getNotAfter().toInstant());
        return left.compareTo(DEFAULT_LIFETIME) < 0 ? left : DEFAULT_LIFETIME;
    }

    /**
     * Creates an issuer with a key of its own, for the usual lifetime.
     *
     * @throws CommandFailure if the trust domain cannot have one (WEFT-T006)
     */
    public static Issuer issuer(Session session, TrustAnchor anchor, TrustDomain trustDomain) {
        Instant now = session.clock().instant();
        try {
            return Issuer.createUnder(anchor, trustDomain, usualLifetime(anchor.certificate(), now), now);
        } catch (IssuingException e) {
            throw CommandFailure.failed("WEFT-T006", "nothing was signed: " + e.getMessage(), "see docs/trust.md");
        }
    }

    /**
     * Signs the issuer of a signing request.
     *
     * @param csr DER
     * @param lifetime null for {@link #usualLifetime}
     * @throws CommandFailure if the request is refused (WEFT-T006)
     */
    static X509Certificate sign(
            Session session, TrustAnchor anchor, byte[] csr, TrustDomain trustDomain, @Nullable Duration lifetime) {
        Instant now = session.clock().instant();
        Duration wished = lifetime == null ? usualLifetime(anchor.certificate(), now) : lifetime;
        try {
            return IssuerRequests.sign(anchor, csr, trustDomain, wished, now);
        } catch (IssuingException e) {
            throw CommandFailure.failed(
                    "WEFT-T006",
                    "nothing was signed: " + e.getMessage(),
                    "see 'openssl req -in FILE -noout -text', and docs/trust.md for what an issuer may ask for");
        }
    }
}
