package dev.weft.identity.verify;

import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.svid.Rule;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Locale;
import java.util.Set;

/**
 * Checks the strength of a peer's keys and signatures: elliptic curves and RSA, with SHA-2. RSA is accepted for
 * existing issuers; Weft itself generates P-256 keys and accepts P-384.
 */
final class KeyStrength {

    private static final Set<String> SIGNATURES = Set.of(
            "SHA256WITHECDSA", "SHA384WITHECDSA", "SHA512WITHECDSA", "SHA256WITHRSA", "SHA384WITHRSA", "SHA512WITHRSA");

    /** Smallest elliptic curve, in bits of its order. */
    private static final int MIN_CURVE_BITS = 256;

    private static final int MIN_RSA_BITS = 2048;
    /** Largest RSA modulus, in bits. It limits the cost that a peer can cause. */
    private static final int MAX_RSA_BITS = 8192;
    /** Largest RSA exponent, in bits, for the same reason; 65537 has 17. */
    private static final int MAX_RSA_EXPONENT_BITS = 32;

    private KeyStrength() {}

    static void checkSignature(X509Certificate certificate, int index) throws RejectionException {
        String algorithm = certificate.getSigAlgName();
        if (!SIGNATURES.contains(algorithm.toUpperCase(Locale.ROOT))) {
            throw new RejectionException(
                    index,
                    Rule.ALGORITHM,
                    "signed with " + PeerText.quote(algorithm) + " (expected: ECDSA or RSA with SHA-2)");
        }
    }

    static void checkKey(X509Certificate certificate, int index) throws RejectionException {
        PublicKey key = certificate.getPublicKey();
        boolean accepted = switch (key) {
            case ECPublicKey elliptic ->
                elliptic.getParams() != null && elliptic.getParams().getOrder().bitLength() >= MIN_CURVE_BITS;
            case RSAPublicKey rsa ->
                rsa.getModulus().bitLength() >= MIN_RSA_BITS
                        && rsa.getModulus().bitLength() <= MAX_RSA_BITS
                        && rsa.getPublicExponent().bitLength() <= MAX_RSA_EXPONENT_BITS;
            default -> false;
        };
        if (!accepted) {
            throw new RejectionException(
                    index,
                    Rule.ALGORITHM,
                    "its key is " + PeerText.quote(key.getAlgorithm())
                            + " of an unaccepted kind or size (expected: a curve of 256 bits or more, or RSA of 2048 to"
                            + " 8192 bits)");
        }
    }
}
