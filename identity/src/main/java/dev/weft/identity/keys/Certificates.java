package dev.weft.identity.keys;

import dev.weft.identity.der.CanonicalDer;
import dev.weft.identity.der.Der;
import dev.weft.identity.der.DerReader;
import dev.weft.identity.der.MalformedDerException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Reads and writes certificates as DER bytes, and checks who signed them. */
public final class Certificates {

    /** Largest certificate that is read, in bytes of DER. An SVID with the longest SPIFFE ID has fewer than 3,000. */
    public static final int MAX_ENCODED = 16 * 1024;

    /** 1.2.840.10045.4, the arc of the ECDSA algorithms. */
    private static final byte[] ECDSA = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04};

    private Certificates() {}

    /**
     * Reads one certificate that fills the bytes exactly.
     *
     * @throws InvalidEncodingException if the bytes are not such a certificate, or too many
     */
    public static X509Certificate decode(byte[] der) {
        if (der.length > MAX_ENCODED) {
            throw new InvalidEncodingException(
                    "certificate: " + der.length + " bytes (expected: <= " + MAX_ENCODED + ")");
        }
        if (der.length == 0 || der[0] != Der.SEQUENCE) {
            throw new InvalidEncodingException("certificate: not DER (expected: a SEQUENCE, 0x30, at the start)");
        }
        checkForm(der);
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
        if (certificate.getPublicKey() instanceof ECPublicKey key && !PublicKeys.isOnItsCurve(key)) {
            throw new InvalidEncodingException("certificate: its public key is no point of its curve");
        }
        return certificate;
    }

    /**
     * Checks that the certificate is strict DER, including the signature. RFC 5280 section 4.1 requires it; the JDK
     * accepts more.
     */
    private static void checkForm(byte[] der) {
        try {
            CanonicalDer.check(der);
            DerReader certificate = DerReader.of(der).enter(Der.SEQUENCE);
            checkExtensions(certificate.enter(Der.SEQUENCE));
            byte[] algorithm =
                    certificate.enter(Der.SEQUENCE).enter(Der.OBJECT_IDENTIFIER).remaining();
            byte[] signature = certificate.enter(Der.BIT_STRING).remaining();
            certificate.expectEnd();
            if (signature[0] != 0) {
                throw new InvalidEncodingException("certificate: its signature leaves bits unused (expected: octets)");
            }
            if (algorithm.length > ECDSA.length && Arrays.equals(algorithm, 0, ECDSA.length, ECDSA, 0, ECDSA.length)) {
                CanonicalDer.checkEcdsaSignature(Arrays.copyOfRange(signature, 1, signature.length));
            }
        } catch (MalformedDerException e) {
            throw new InvalidEncodingException("certificate: not DER: " + e.getMessage(), e);
        }
    }

    /**
     * Checks that each extension is well-formed and occurs once: RFC 5280 section 4.2. Of two, the JDK takes one, and
     * other programs may take the other.
     */
    private static void checkExtensions(DerReader content) throws MalformedDerException {
        while (content.hasMore() && content.nextTag() != Der.CONTEXT_3) {
            content.enterAny();
        }
        if (!content.hasMore()) {
            return;
        }
        Set<String> names = new HashSet<>();
        DerReader wrapper = content.enter(Der.CONTEXT_3);
        content.expectEnd();
        DerReader extensions = wrapper.enter(Der.SEQUENCE);
        wrapper.expectEnd();
        while (extensions.hasMore()) {
            DerReader extension = extensions.enter(Der.SEQUENCE);
            String name = HexFormat.of()
                    .formatHex(extension.enter(Der.OBJECT_IDENTIFIER).remaining());
            if (extension.nextTag() == Der.BOOLEAN) {
                extension.enterAny();
            }
            extension.enter(Der.OCTET_STRING);
            extension.expectEnd();
            if (!names.add(name)) {
                throw new InvalidEncodingException("certificate: an extension is there twice, " + name);
            }
        }
    }

    /**
     * Reads certificates, each of which fills its bytes exactly.
     *
     * @throws InvalidEncodingException if one cannot be read
     */
    public static List<X509Certificate> decodeAll(Collection<byte[]> ders) {
        return ders.stream().map(Certificates::decode).toList();
    }

    /**
     * Whether the certificate names {@code by} as its issuer and is signed by its key. Does not check whether {@code
     * by} may sign it.
     */
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

    /** Returns the DER bytes. */
    public static byte[] encode(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new InvalidEncodingException("certificate: cannot be encoded: " + e.getMessage(), e);
        }
    }
}
