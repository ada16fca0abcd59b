package dev.weft.identity.keys;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;

/**
 * The kinds of keys of the mesh. Weft generates keys on P-256. Keys from elsewhere may also be on P-384, and an
 * issuer's may be RSA.
 */
public final class KeyPairs {

    /** Order of P-256, which identifies the curve (FIPS 186-5, SP 800-186 section 3.2.1.3). */
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private static final BigInteger P384_ORDER = new BigInteger(
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16);

    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 4096;

    private KeyPairs() {}

    /** Generates a key on P-256 from the platform's secure random source. */
    public static KeyPair generateP256() {
        return generate("secp256r1");
    }

    /** Generates a key on P-384. */
    public static KeyPair generateP384() {
        return generate("secp384r1");
    }

    /** Whether a workload or an issuer may use this key: P-256 or P-384. */
    public static boolean isAccepted(PublicKey key) {
        if (!(key instanceof ECPublicKey elliptic)) {
            return false;
        }
        ECParameterSpec parameters = elliptic.getParams();
        if (parameters == null) {
            return false;
        }
        BigInteger order = parameters.getOrder();
        return order.equals(P256_ORDER) || order.equals(P384_ORDER);
    }

    /**
     * Whether an issuer from elsewhere may sign with this key: P-256, P-384, or RSA of 2048 to 4096 bits. Larger RSA
     * keys sign too slowly when a whole mesh starts at once.
     */
    public static boolean isAcceptedOfIssuer(PublicKey key) {
        return isAccepted(key)
                || (key instanceof RSAPublicKey rsa
                        && rsa.getModulus().bitLength() >= MIN_RSA_BITS
                        && rsa.getModulus().bitLength() <= MAX_RSA_BITS);
    }

    /** Returns the JDK's signature algorithm for the key: SHA-384 for P-384, otherwise SHA-256. */
    public static String signatureAlgorithm(PublicKey key) {
        if (key instanceof RSAPublicKey) {
            return "SHA256withRSA";
        }
        return key instanceof ECPublicKey elliptic
                        && elliptic.getParams().getOrder().bitLength() > 256
                ? "SHA384withECDSA"
                : "SHA256withECDSA";
    }

    private static KeyPair generate(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform cannot make keys on " + curve, e);
        }
    }
}
