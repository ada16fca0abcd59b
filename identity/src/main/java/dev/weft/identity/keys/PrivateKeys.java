package dev.weft.identity.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** Reads private keys, and checks whether one belongs to a public key. */
public final class PrivateKeys {

    /** Longest PKCS#8 encoding that is read, in bytes; an elliptic curve key has fewer than 200. */
    public static final int MAX_ENCODED = 4096;

    private static final byte[] PROBE =
            "weft: does this key belong to that certificate?".getBytes(StandardCharsets.US_ASCII);

    private PrivateKeys() {}

    /**
     * Reads an elliptic curve key in PKCS#8 form. The given array is not kept.
     *
     * @throws InvalidEncodingException if the bytes are something else
     */
    public static PrivateKey decode(byte[] pkcs8) {
        if (pkcs8.length > MAX_ENCODED) {
            throw new InvalidEncodingException(
                    "private key: " + pkcs8.length + " bytes (expected: <= " + MAX_ENCODED + ")");
        }
        byte[] copy = pkcs8.clone();
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(copy));
        } catch (GeneralSecurityException | RuntimeException _) {
            // The cause is dropped on purpose: messages of the JDK's decoder may hold parts of the key.
            throw new InvalidEncodingException(
                    "private key: not an elliptic curve key in PKCS#8 form (expected: P-256 or P-384)");
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    /** Whether a signature made with the private key verifies with the public key. */
    public static boolean matches(PrivateKey privateKey, PublicKey publicKey) {
        try {
            String algorithm = KeyPairs.signatureAlgorithm(publicKey);
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(privateKey);
            signer.update(PROBE);
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(PROBE);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException _) {
            return false;
        }
    }
}
