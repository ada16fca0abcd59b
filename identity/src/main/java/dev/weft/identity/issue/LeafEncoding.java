package dev.weft.identity.issue;

import dev.weft.identity.der.Der;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.Holder;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;

/**
 * Encodes an issuer's SVIDs in DER (RFC 5280 section 4.1). Issuing is the most frequent work of a control plane, so the
 * parts that all SVIDs share are encoded once: the names, the algorithm and all extensions except the SAN.
 */
final class LeafEncoding {

    private static final byte[] VERSION_3 = Der.value(Der.CONTEXT_0, Der.value(Der.INTEGER, new byte[] {2}));
    private static final byte[] NO_SUBJECT = Der.sequence();
    private static final byte[] SUBJECT_ALT_NAME = Der.objectIdentifier(2, 5, 29, 17);

    /** The first year that UTCTime cannot express: RFC 5280 section 4.1.2.5. */
    private static final int FIRST_GENERALIZED_YEAR = 2050;

    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("uuMMddHHmmss'Z'", Locale.ROOT);
    private static final DateTimeFormatter GENERALIZED = DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT);

    private final byte[] algorithm;
    private final byte[] issuer;
    private final byte[][] extensions;

    /**
     * Creates the encoding for SVIDs of this issuer.
     *
     * @param signatureAlgorithm the JDK's name of the algorithm
     * @throws IssuingException if the issuer's certificate cannot be read
     */
    LeafEncoding(X509Certificate issuer, String signatureAlgorithm) {
        try {
            this.algorithm = new DefaultSignatureAlgorithmIdentifierFinder()
                    .find(signatureAlgorithm)
                    .getEncoded();
            this.issuer = issuer.getSubjectX500Principal().getEncoded();
            this.extensions = commonExtensions(issuer);
        } catch (IOException | RuntimeException e) {
            throw new IssuingException("the issuer's certificate cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Encodes the part of the certificate that is signed.
     *
     * @param holder which of all that have the identity the SVID is for
     */
    byte[] toBeSigned(
            BigInteger serialNumber, Instant notBefore, Instant notAfter, PublicKey key, SpiffeId id, Holder holder) {
        return Der.sequence(
                VERSION_3,
                Der.value(Der.INTEGER, serialNumber.toByteArray()),
                algorithm,
                issuer,
                Der.sequence(time(notBefore), time(notAfter)),
                NO_SUBJECT,
                key.getEncoded(),
                Der.value(Der.CONTEXT_3, Der.sequence(with(subjectAltName(id), holder.extension()))));
    }

    byte[] certificate(byte[] toBeSigned, byte[] signature) {
        return Der.sequence(toBeSigned, algorithm, Der.bitString(signature));
    }

    private byte[][] with(byte[]... own) {
        byte[][] all = Arrays.copyOf(extensions, extensions.length + own.length);
        System.arraycopy(own, 0, all, extensions.length, own.length);
        return all;
    }

    /** Encodes the SAN extension. It is critical because there is no subject: X5-05, RFC 5280 section 4.1.2.6. */
    private static byte[] subjectAltName(SpiffeId id) {
        byte[] uri = Der.value(Der.GENERAL_NAME_URI, id.toString().getBytes(StandardCharsets.US_ASCII));
        return Der.sequence(SUBJECT_ALT_NAME, Der.booleanTrue(), Der.value(Der.OCTET_STRING, Der.sequence(uri)));
    }

    private static byte[][] commonExtensions(X509Certificate issuer) throws IOException {
        ExtensionsGenerator generator = new ExtensionsGenerator();
        generator.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        generator.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        generator.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
        }));
        generator.addExtension(
                Extension.authorityKeyIdentifier, false, CertificateSigning.authorityKeyIdentifier(issuer));
        Extensions common = generator.generate();
        byte[][] encoded = new byte[common.getExtensionOIDs().length][];
        for (int i = 0; i < encoded.length; i++) {
            encoded[i] = common.getExtension(common.getExtensionOIDs()[i]).getEncoded();
        }
        return encoded;
    }

    private static byte[] time(Instant instant) {
        ZonedDateTime utc = instant.atZone(ZoneOffset.UTC);
        boolean isShort = utc.getYear() < FIRST_GENERALIZED_YEAR;
        String digits = (isShort ? UTC : GENERALIZED).format(utc);
        return Der.value(isShort ? Der.UTC_TIME : Der.GENERALIZED_TIME, digits.getBytes(StandardCharsets.US_ASCII));
    }
}
