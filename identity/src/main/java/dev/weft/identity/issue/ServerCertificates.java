package dev.weft.identity.issue;

import dev.weft.identity.keys.KeyPairs;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/** Signs certificates of HTTPS servers that clients know by a DNS name. They are not SVIDs: no sidecar accepts them. */
public final class ServerCertificates {

    private static final X500Principal NO_SUBJECT = new X500Principal("");

    private ServerCertificates() {}

    /**
     * Signs a server certificate. Its validity begins {@link TrustAnchors#CLOCK_SKEW} before now and ends no later than
     * the authority's.
     *
     * @param key the server's key, on P-256 or P-384
     * @param dnsName the name by which clients know the server
     * @throws IssuingException if the key is not accepted, the lifetime is not positive or the authority has expired
     */
    public static X509Certificate sign(
            TrustAnchor authority, PublicKey key, String dnsName, Duration lifetime, Instant now) {
        TrustAnchors.requirePositive(lifetime);
        if (!KeyPairs.isAccepted(key)) {
            throw new IssuingException("key of " + dnsName + ": " + key.getAlgorithm() + " (expected: P-256 or P-384)");
        }
        Instant start = now.truncatedTo(ChronoUnit.SECONDS);
        Instant authorityEnd = authority.certificate().getNotAfter().toInstant();
        Instant end = TrustAnchors.earliest(start.plus(lifetime), authorityEnd);
        if (!end.isAfter(now)) {
            throw new IssuingException(
                    "the authority of " + dnsName + " expired at " + authorityEnd + " (now: " + now + ")");
        }
        return CertificateSigning.sign(
                dnsName,
                new CertificateSigning.Content(
                        authority.certificate().getSubjectX500Principal(),
                        NO_SUBJECT,
                        key,
                        start.minus(TrustAnchors.CLOCK_SKEW),
                        end),
                builder -> addExtensions(builder, authority, dnsName),
                authority.key(),
                authority.certificate().getPublicKey());
    }

    private static void addExtensions(X509v3CertificateBuilder builder, TrustAnchor authority, String dnsName)
            throws CertIOException {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                CertificateSigning.authorityKeyIdentifier(authority.certificate()));
        // The SAN extension is critical because there is no subject: RFC 5280 section 4.1.2.6.
        builder.addExtension(
                Extension.subjectAlternativeName,
                true,
                new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)));
    }
}
