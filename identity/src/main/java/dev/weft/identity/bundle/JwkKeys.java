package dev.weft.identity.bundle;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Converts public keys to members of a JWK and back (RFC 7518 section 6): EC on P-256, P-384 and P-521, and RSA. */
final class JwkKeys {

    static final String EC = "EC";
    static final String RSA = "RSA";

    /** Smallest RSA modulus (RFC 7518 section 3.3). */
    static final int MIN_RSA_BITS = 2048;

    /** Largest RSA modulus, in bits. It limits the cost of verification. */
    static final int MAX_RSA_BITS = 8192;

    private static final int MAX_RSA_EXPONENT_BITS = 32;

    private enum Curve {
        P256("P-256", "secp256r1", 32),
        P384("P-384", "secp384r1", 48),
        P521("P-521", "secp521r1", 66);

        private final String jwkName;
        private final String jdkName;
        private final int bytes;

        Curve(String jwkName, String jdkName, int bytes) {
            this.jwkName = jwkName;
            this.jdkName = jdkName;
            this.bytes = bytes;
        }

        ECParameterSpec parameters() throws GeneralSecurityException {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance(EC);
            parameters.init(new ECGenParameterSpec(jdkName));
            return parameters.getParameterSpec(ECParameterSpec.class);
        }
    }

    private JwkKeys() {}

    /** Returns the key as {@code kty} and the members of its kind; empty for kinds of keys that bundles do not hold. */
    static Optional<Map<String, String>> members(PublicKey key) {
        return switch (key) {
            case ECPublicKey elliptic -> ellipticMembers(elliptic);
            case RSAPublicKey rsa -> {
                Map<String, String> members = new LinkedHashMap<>();
                members.put("kty", RSA);
                members.put("n", unsigned(rsa.getModulus(), (rsa.getModulus().bitLength() + 7) / 8));
                members.put(
                        "e",
                        unsigned(
                                rsa.getPublicExponent(),
                                (rsa.getPublicExponent().bitLength() + 7) / 8));
                yield Optional.of(members);
            }
            default -> Optional.empty();
        };
    }

    private static Optional<Map<String, String>> ellipticMembers(ECPublicKey key) {
        try {
            for (Curve curve : Curve.values()) {
                ECParameterSpec parameters = curve.parameters();
                if (parameters.getCurve().equals(key.getParams().getCurve())
                        && parameters.getOrder().equals(key.getParams().getOrder())) {
                    Map<String, String> members = new LinkedHashMap<>();
                    members.put("kty", EC);
                    members.put("crv", curve.jwkName);
                    members.put("x", unsigned(key.getW().getAffineX(), curve.bytes));
                    members.put("y", unsigned(key.getW().getAffineY(), curve.bytes));
                    return Optional.of(members);
                }
            }
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks a NIST curve", e);
        }
    }

    /**
     * Returns the key that the members describe.
     *
     * @throws InvalidBundleException if they do not describe a key of an accepted kind
     */
    static PublicKey key(JwkMembers jwk) {
        try {
            return switch (jwk.required("kty")) {
                case EC -> elliptic(jwk);
                case RSA -> rsa(jwk);
                default -> throw new InvalidBundleException("kty is neither EC nor RSA");
            };
        } catch (GeneralSecurityException e) {
            throw new InvalidBundleException("its key cannot be read: " + e.getMessage(), e);
        }
    }

    private static PublicKey elliptic(JwkMembers jwk) throws GeneralSecurityException {
        String name = jwk.required("crv");
        Curve curve = Arrays.stream(Curve.values())
                .filter(candidate -> candidate.jwkName.equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidBundleException("crv is none of P-256, P-384, P-521"));
        ECPoint point = new ECPoint(coordinate(jwk, "x", curve), coordinate(jwk, "y", curve));
        ECParameterSpec parameters = curve.parameters();
        if (!isOn(parameters.getCurve(), point)) {
            throw new InvalidBundleException("its point is not on " + name);
        }
        return KeyFactory.getInstance(EC).generatePublic(new ECPublicKeySpec(point, parameters));
    }

    /** Reads a coordinate, which must have the full length with leading zeros: RFC 7518 section 6.2.1.2. */
    private static BigInteger coordinate(JwkMembers jwk, String name, Curve curve) {
        byte[] bytes = base64Url(jwk, name);
        if (bytes.length != curve.bytes) {
            throw new InvalidBundleException(name + " has " + bytes.length + " bytes (expected: " + curve.bytes + ")");
        }
        return new BigInteger(1, bytes);
    }

    private static boolean isOn(EllipticCurve curve, ECPoint point) {
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right =
                x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(p);
        return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.multiply(y).mod(p).equals(right);
    }

    private static PublicKey rsa(JwkMembers jwk) throws GeneralSecurityException {
        BigInteger modulus = new BigInteger(1, base64Url(jwk, "n"));
        BigInteger exponent = new BigInteger(1, base64Url(jwk, "e"));
        if (modulus.bitLength() < MIN_RSA_BITS || modulus.bitLength() > MAX_RSA_BITS) {
            throw new InvalidBundleException("its RSA modulus has " + modulus.bitLength() + " bits (expected: "
                    + MIN_RSA_BITS + " to " + MAX_RSA_BITS + ")");
        }
        if (exponent.bitLength() > MAX_RSA_EXPONENT_BITS || !exponent.testBit(0) || exponent.bitLength() < 2) {
            throw new InvalidBundleException("its RSA exponent is not an odd number of 2 to 32 bits");
        }
        return KeyFactory.getInstance(RSA).generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    private static byte[] base64Url(JwkMembers jwk, String name) {
        try {
            return Base64.getUrlDecoder().decode(jwk.required(name));
        } catch (IllegalArgumentException e) {
            if (e instanceof InvalidBundleException known) {
                throw known;
            }
            throw new InvalidBundleException(name + " is not base64url", e);
        }
    }

    private static String unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] out = new byte[length];
        int copied = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - copied, out, length - copied, copied);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(out);
    }
}
