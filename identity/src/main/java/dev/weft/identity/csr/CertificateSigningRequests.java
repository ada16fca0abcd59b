package dev.weft.identity.csr;

import dev.weft.identity.der.Der;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;

/** Creates certificate signing requests (PKCS#10, RFC 2986) with the JDK alone. */
public final class CertificateSigningRequests {

    private static final byte[] VERSION_1 = Der.value(Der.INTEGER, new byte[] {0});
    private static final byte[] EMPTY_SUBJECT = Der.sequence();
    /** pkcs-9-at-extensionRequest, RFC 2985 section 5.4.2. */
    private static final byte[] EXTENSION_REQUEST = Der.objectIdentifier(1, 2, 840, 113549, 1, 9, 14);
    /** id-ce-subjectAltName, RFC 5280 section 4.2.1.6. */
    private static final byte[] SUBJECT_ALT_NAME = Der.objectIdentifier(2, 5, 29, 17);
    /** ecdsa-with-SHA256 and -SHA384, without parameters: RFC 5758 section 3.2. */
    private static final byte[] ECDSA_SHA256 = Der.sequence(Der.objectIdentifier(1, 2, 840, 10045, 4, 3, 2));

    private static final byte[] ECDSA_SHA384 = Der.sequence(Der.objectIdentifier(1, 2, 840, 10045, 4, 3, 3));

    private CertificateSigningRequests() {}

    /**
     * Creates a request for a certificate of this key and identity, signed by the key.
     *
     * @return DER
     * @throws IllegalArgumentException if the key is neither P-256 nor P-384, or cannot sign
     */
    public static byte[] create(KeyPair keys, SpiffeId id) {
        if (!KeyPairs.isAccepted(keys.getPublic())) {
            throw new IllegalArgumentException("key of the request for " + id + ": "
                    + keys.getPublic().getAlgorithm() + " (expected: P-256 or P-384)");
        }
        byte[] uri = Der.value(Der.GENERAL_NAME_URI, id.toString().getBytes(StandardCharsets.US_ASCII));
        byte[] names = Der.value(Der.OCTET_STRING, Der.sequence(uri));
        byte[] extensions = Der.sequence(Der.sequence(SUBJECT_ALT_NAME, Der.booleanTrue(), names));
        byte[] attributes = Der.value(Der.CONTEXT_0, Der.sequence(EXTENSION_REQUEST, Der.value(Der.SET, extensions)));
        byte[] info = Der.sequence(VERSION_1, EMPTY_SUBJECT, keys.getPublic().getEncoded(), attributes);
        String algorithm = KeyPairs.signatureAlgorithm(keys.getPublic());
        byte[] identifier = algorithm.startsWith("SHA384") ? ECDSA_SHA384 : ECDSA_SHA256;
        return Der.sequence(info, identifier, Der.bitString(sign(keys, algorithm, info)));
    }

    private static byte[] sign(KeyPair keys, String algorithm, byte[] info) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(keys.getPrivate());
            signature.update(info);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key cannot sign a request: " + e.getMessage(), e);
        }
    }
}
