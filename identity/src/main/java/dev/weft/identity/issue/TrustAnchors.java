package dev.weft.identity.issue;

import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.ConstrainableNames;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/** Creates trust anchors, and signs the issuers of trust domains with them. */
public final class TrustAnchors {

    /** Time by which a certificate's validity begins before now, for peers whose clocks are behind. */
    public static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    /** Path length of an anchor: one issuer may be below it, and only leaves below the issuer. */
    private static final int ANCHOR_PATH_LENGTH = 1;

    private TrustAnchors() {}

    /**
     * Creates a self-signed anchor with a new key on P-256.
     *
     * @param name common name of the anchor
     * @throws IssuingException if the lifetime is not positive
     */
    public static TrustAnchor create(String name, Duration lifetime, Clock clock) {
        return create(name, KeyPairs.generateP256(), lifetime, clock);
    }

    /**
     * Creates a self-signed anchor with this key, on P-256 or P-384.
     *
     * @param name common name of the anchor
     * @throws IssuingException if the lifetime is not positive
     */
    public static TrustAnchor create(String name, KeyPair keys, Duration lifetime, Clock clock) {
        requirePositive(lifetime);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        X500Principal subject = commonName(name);
        X509Certificate certificate = CertificateSigning.sign(
                "the anchor",
                new CertificateSigning.Content(
                        subject, subject, keys.getPublic(), now.minus(CLOCK_SKEW), now.plus(lifetime)),
                builder -> addAuthority(builder, keys.getPublic(), ANCHOR_PATH_LENGTH),
                keys.getPrivate(),
                keys.getPublic());
        return new TrustAnchor(certificate, keys.getPrivate());
    }

    /**
     * Signs the certificate of a trust domain's issuer. Its path length is 0, and name constraints limit it to the
     * trust domain. It does not outlive the anchor.
     *
     * @param key the issuer's key, on P-256 or P-384
     * @throws IssuingException if name constraints cannot express the trust domain, the key is not accepted, or the
     *     anchor has expired
     */
    public static X509Certificate signIssuer(
            TrustAnchor anchor, PublicKey key, TrustDomain trustDomain, Duration lifetime, Instant now) {
        requirePositive(lifetime);
        ConstrainableNames.obstacle(trustDomain).ifPresent(obstacle -> {
            throw new IssuingException("trust domain " + trustDomain + ": name constraints cannot express it, as "
                    + obstacle + " (expected: a host name)");
        });
        if (!KeyPairs.isAccepted(key)) {
            throw new IssuingException("key of the issuer: " + key.getAlgorithm() + " (expected: P-256 or P-384)");
        }
        Instant start = now.truncatedTo(ChronoUnit.SECONDS);
        Instant anchorEnd = anchor.certificate().getNotAfter().toInstant();
        Instant end = earliest(start.plus(lifetime), anchorEnd);
        if (!end.isAfter(now)) {
            throw new IssuingException(
                    "the trust anchor expired at " + anchorEnd + " (now: " + now + "); make another");
        }
        return CertificateSigning.sign(
                "the issuer of " + trustDomain,
                new CertificateSigning.Content(
                        anchor.certificate().getSubjectX500Principal(),
                        commonName("Weft issuer of " + shorten(trustDomain.name())),
                        key,
                        start.minus(CLOCK_SKEW),
                        end),
                builder -> {
                    addAuthority(builder, key, 0);
                    builder.addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            CertificateSigning.authorityKeyIdentifier(anchor.certificate()));
                    builder.addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            uri(trustDomain.id().toString()));
                    builder.addExtension(Extension.nameConstraints, true, constraintsTo(trustDomain));
                },
                anchor.key(),
                anchor.certificate().getPublicKey());
    }

    static GeneralNames uri(String uri) {
        return new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    }

    static Instant earliest(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    static void requirePositive(Duration lifetime) {
        if (!lifetime.isPositive()) {
            throw new IssuingException("lifetime: " + lifetime + " (expected: more than nothing)");
        }
    }

    /**
     * Limits URI names to the trust domain. For URIs the constraint is a host, not a URI: RFC 5280 section 4.2.1.10.
     */
    private static NameConstraints constraintsTo(TrustDomain trustDomain) {
        GeneralName host = new GeneralName(GeneralName.uniformResourceIdentifier, trustDomain.name());
        return new NameConstraints(new GeneralSubtree[] {new GeneralSubtree(host)}, null);
    }

    private static void addAuthority(X509v3CertificateBuilder builder, PublicKey key, int pathLength)
            throws CertIOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(Extension.subjectKeyIdentifier, false, CertificateSigning.subjectKeyIdentifier(key));
    }

    private static X500Principal commonName(String name) {
        X500Name full =
                new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
        try {
            return new X500Principal(full.getEncoded());
        } catch (IOException e) {
            throw new IssuingException("common name cannot be encoded: " + e.getMessage(), e);
        }
    }

    /** Shortens a name for a common name, which has at most 64 characters (RFC 5280 appendix A.1, ub-common-name). */
    private static String shorten(String name) {
        return name.length() <= 48 ? name : name.substring(0, 48);
    }
}
