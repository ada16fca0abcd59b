package dev.weft.identity.keys;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import java.security.spec.X509EncodedKeySpec;

/** Decodes public keys. */
public final class PublicKeys {

    private static final int MAX_ENCODED = 4096;

    private PublicKeys() {}

    /**
     * Reads the key in a SubjectPublicKeyInfo, of the kinds that sign JWT-SVIDs: EC or RSA.
     *
     * @param der SubjectPublicKeyInfo, DER
     * @throws InvalidEncodingException if the key is of another kind, is not a point of its curve, or is longer than
     *     4096 bytes
     */
    public static PublicKey decode(byte[] der) {
        if (der.length > MAX_ENCODED) {
            throw new InvalidEncodingException(
                    "public key: " + der.length + " bytes (expected: at most " + MAX_ENCODED + ")");
        }
        X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
        try {
            PublicKey key = KeyFactory.getInstance("EC").generatePublic(spec);
            if (key instanceof ECPublicKey elliptic && !isOnItsCurve(elliptic)) {
                throw new InvalidEncodingException("public key: it is no point of its curve");
            }
            return key;
        } catch (GeneralSecurityException _) {
            try {
                return KeyFactory.getInstance("RSA").generatePublic(spec);
            } catch (GeneralSecurityException e) {
                throw new InvalidEncodingException("public key: neither EC nor RSA in DER: " + e.getMessage(), e);
            }
        }
    }

    /** The JDK does not check this when it reads a key. */
    static boolean isOnItsCurve(ECPublicKey key) {
        return isOn(key.getParams().getCurve(), key.getW());
    }

    /**
     * Whether the point lies on the curve (SEC 1 section 3.2.2.1). Returns false for curves over binary fields, which
     * Weft does not use.
     */
    public static boolean isOn(EllipticCurve curve, ECPoint point) {
        if (!(curve.getField() instanceof ECFieldFp field)) {
            return false;
        }
        BigInteger prime = field.getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (x == null || y == null || x.compareTo(prime) >= 0 || y.compareTo(prime) >= 0) {
            return false;
        }
        BigInteger right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB());
        return y.multiply(y).subtract(right).mod(prime).signum() == 0;
    }
}
