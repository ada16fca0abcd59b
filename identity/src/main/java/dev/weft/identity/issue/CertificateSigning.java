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

    static X509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, PublicKey key, Instant notBefore, Instant notAfter) {
        return new X509v3CertificateBuilder(
                X500Name.getInstance(issuer.getEncoded()),
                serialNumber(),
                Date.from(notBefore),
                Date.from(notAfter),
                X500Name.getInstance(subject.getEncoded()),
                SubjectPublicKeyInfo.getInstance(key.getEncoded()));
    }

    static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key, PublicKey publicKey) {
        try {
            JcaContentSignerBuilder signer = new JcaContentSignerBuilder(KeyPairs.signatureAlgorithm(publicKey));
            byte[] der = builder.build(signer.build(key)).getEncoded();
            return Certificates.decode(der);
        } catch (OperatorCreationException | IOException | RuntimeException e) {
            throw new IssuingException("the certificate cannot be signed: " + e.getMessage(), e);
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
