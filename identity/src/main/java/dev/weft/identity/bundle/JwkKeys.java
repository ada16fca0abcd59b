package dev.weft.identity.bundle;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import dev.weft.identity.keys.PublicKeys;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Converts public keys to members of a JWK and back (RFC 7518 section 6): EC on P-256, P-384 and P-521, and RSA. */
final class JwkKeys {

    static final String EC = "EC";
    static final String RSA = "RSA";

    /** Smallest RSA modulus (RFC 7518 section 3.3). */
    static final int MIN_RSA_BITS = 2048;

    /** Largest RSA modulus, in bits. It limits the cost of verification. */
    static final int MAX_RSA_BITS = 8192;

    private static final int MAX_RSA_EXPONENT_BITS = 32;

    private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);

    private JwkKeys() {}

    /** Returns the key as {@code kty} and the members of its kind; empty for kinds of keys that bundles do not hold. */
    static Optional<Map<String, String>> members(PublicKey key) {
        Map<String, String> members = new LinkedHashMap<>();
        switch (key) {
            case ECPublicKey elliptic -> {
                Curve curve = Curve.forECParameterSpec(elliptic.getParams());
                if (curve == null || !CURVES.contains(curve)) {
                    return Optional.empty();
                }
                int bits = elliptic.getParams().getCurve().getField().getFieldSize();
                members.put("kty", EC);
                members.put("crv", curve.getName());
                members.put(
                        "x",
                        ECKey.encodeCoordinate(bits, elliptic.getW().getAffineX())
                                .toString());
                members.put(
                        "y",
                        ECKey.encodeCoordinate(bits, elliptic.getW().getAffineY())
                                .toString());
            }
            case RSAPublicKey rsa -> {
                members.put("kty", RSA);
                members.put("n", Base64URL.encode(rsa.getModulus()).toString());
                members.put("e", Base64URL.encode(rsa.getPublicExponent()).toString());
            }
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(members);
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
        Curve curve = CURVES.stream()
                .filter(candidate -> candidate.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidBundleException("crv is none of P-256, P-384, P-521"));
        ECParameterSpec parameters = curve.toECParameterSpec();
        int bytes = (parameters.getCurve().getField().getFieldSize() + 7) / 8;
        ECPoint point = new ECPoint(coordinate(jwk, "x", bytes), coordinate(jwk, "y", bytes));
        if (!PublicKeys.isOn(parameters.getCurve(), point)) {
            throw new InvalidBundleException("its point is not on " + name);
        }
        return KeyFactory.getInstance(EC).generatePublic(new ECPublicKeySpec(point, parameters));
    }

    /** Reads a coordinate, which must have the full length with leading zeros: RFC 7518 section 6.2.1.2. */
    private static BigInteger coordinate(JwkMembers jwk, String name, int length) {
        byte[] bytes = base64Url(jwk, name);
        if (bytes.length != length) {
            throw new InvalidBundleException(name + " has " + bytes.length + " bytes (expected: " + length + ")");
        }
        return new BigInteger(1, bytes);
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
}
