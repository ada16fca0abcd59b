package dev.weft.identity.keys;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/** Certificates as DER bytes, and who signed them. */
public final class Certificates {

    /** Largest certificate read, in bytes of DER. An SVID with the longest SPIFFE ID has fewer than 3,000. */
    public static final int MAX_ENCODED = 16 * 1024;

    private static final int SEQUENCE = 0x30;

    private Certificates() {}

    /**
     * Reads one certificate that fills the bytes exactly.
     *
     * @throws InvalidEncodingException if it is something else, or too large
     */
    public static X509Certificate decode(byte[] der) {
        if (der.length > MAX_ENCODED) {
            throw new InvalidEncodingException(
                    "certificate: " + der.length + " bytes (expected: <= " + MAX_ENCODED + ")");
        }
        if (der.length == 0 || der[0] != SEQUENCE) {
            throw new InvalidEncodingException("certificate: not DER (expected: a SEQUENCE, 0x30, at the start)");
        }
        ByteArrayInputStream in = new ByteArrayInputStream(der);
        X509Certificate certificate;
        try {
            certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (CertificateException | RuntimeException e) {
            throw new InvalidEncodingException("certificate: cannot be read: " + e.getMessage(), e);
        }
        if (in.available() > 0) {
            throw new InvalidEncodingException("certificate: " + in.available() + " bytes follow it (expected: none)");
        }
        return certificate;
    }

    /**
     * Reads certificates, each filling its bytes exactly.
     *
     * @throws InvalidEncodingException if one cannot be read
     */
    public static List<X509Certificate> decodeAll(Collection<byte[]> ders) {
        return ders.stream().map(Certificates::decode).toList();
    }

    /** Whether the certificate names {@code by} as its issuer and is signed by its key. Says nothing of what {@code by} may sign. */
    public static boolean isSignedBy(X509Certificate certificate, X509Certificate by) {
        if (!certificate.getIssuerX500Principal().equals(by.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(by.getPublicKey());
            return true;
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /** The DER bytes. */
    public static byte[] encode(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new InvalidEncodingException("certificate: cannot be encoded: " + e.getMessage(), e);
        }
    }
}
