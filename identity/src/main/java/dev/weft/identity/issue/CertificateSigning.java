package dev.weft.identity.issue;

import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Sha256;
import java.io.IOException;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Shared steps of building certificates: anchors, issuers and leaves. */
final class CertificateSigning {

    /** Bits of a serial number, all random, so several issuers need no shared counter. RFC 5280 allows 159. */
    static final int SERIAL_BITS = 128;

    /** Bytes of a key identifier: SHA-256 truncated to 160 bits, RFC 7093 section 2 method 1. */
    private static final int KEY_IDENTIFIER_BYTES = 20;

    private static final SecureRandom RANDOM = new SecureRandom();

    private CertificateSigning() {}

    /** Adds the extensions of a certificate. */
    interface Extending {
        void addTo(X509v3CertificateBuilder builder) throws CertIOException;
    }

    /** The names, the key and the validity of a certificate that is to be signed. */
    record Content(X500Principal issuer, X500Principal subject, PublicKey key, Instant notBefore, Instant notAfter) {}

    /**
     * Signs a certificate.
     *
     * @param holder what the certificate is of, for messages
     * @param by the signer's private key, which belongs to {@code signer}
     * @throws IssuingException if it cannot be encoded or signed
     */
    static X509Certificate sign(String holder, Content content, Extending extensions, PrivateKey by, PublicKey signer) {
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    X500Name.getInstance(content.issuer().getEncoded()),
                    serialNumber(),
                    Date.from(content.notBefore()),
                    Date.from(content.notAfter()),
                    X500Name.getInstance(content.subject().getEncoded()),
                    SubjectPublicKeyInfo.getInstance(content.key().getEncoded()));
            extensions.addTo(builder);
            JcaContentSignerBuilder signing = new JcaContentSignerBuilder(KeyPairs.signatureAlgorithm(signer));
            return Certificates.decode(builder.build(signing.build(by)).getEncoded());
        } catch (OperatorCreationException | IOException | RuntimeException e) {
            throw new IssuingException("the certificate of " + holder + " cannot be made: " + e.getMessage(), e);
        }
    }

    static SubjectKeyIdentifier subjectKeyIdentifier(PublicKey key) {
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(key.getEncoded());
        byte[] hash = Sha256.digest().digest(info.getPublicKeyData().getBytes());
        return new SubjectKeyIdentifier(Arrays.copyOf(hash, KEY_IDENTIFIER_BYTES));
    }

    /**
     * Returns the key identifier in the issuer's certificate. Path builders use it to find the issuer of a certificate.
     */
    static AuthorityKeyIdentifier authorityKeyIdentifier(X509Certificate issuer) {
        byte[] extension = issuer.getExtensionValue(Extension.subjectKeyIdentifier.getId());
        if (extension == null) {
            return new AuthorityKeyIdentifier(
                    subjectKeyIdentifier(issuer.getPublicKey()).getKeyIdentifier());
        }
        byte[] identifier = ASN1OctetString.getInstance(extension).getOctets();
        return new AuthorityKeyIdentifier(
                SubjectKeyIdentifier.getInstance(identifier).getKeyIdentifier());
    }

    static BigInteger serialNumber() {
        BigInteger serial = new BigInteger(SERIAL_BITS, RANDOM);
        // A serial number must be positive: RFC 5280 section 4.1.2.2.
        return serial.signum() == 0 ? BigInteger.ONE : serial;
    }
}
