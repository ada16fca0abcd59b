package dev.weft.identity.keys;

import dev.weft.identity.der.Der;
import dev.weft.identity.der.DerReader;
import dev.weft.identity.der.MalformedDerException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the private key of an issuer in each format that PEM files use: PKCS#8 (RFC 5958), SEC1 (RFC 5915), PKCS#1 (RFC
 * 8017 appendix A.1.2). Other programs create issuers too, such as cert-manager and OpenSSL, and they use different
 * formats.
 */
public final class IssuerKeys {

    private static final String PKCS8 = "PRIVATE KEY";
    private static final String SEC1 = "EC PRIVATE KEY";
    private static final String PKCS1 = "RSA PRIVATE KEY";
    private static final String CURVE = "EC PARAMETERS";
    private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

    private static final byte[] VERSION_0 = Der.value(Der.INTEGER, new byte[] {0});
    private static final byte[] RSA =
            Der.sequence(Der.objectIdentifier(1, 2, 840, 113549, 1, 1, 1), Der.value(Der.NULL));
    private static final byte[] EC = Der.objectIdentifier(1, 2, 840, 10045, 2, 1);

    private IssuerKeys() {}

    /**
     * Reads the one private key of the text: elliptic curve or RSA, not encrypted. A block {@code EC PARAMETERS}, which
     * OpenSSL writes before an elliptic curve key, is accepted besides it.
     *
     * @throws InvalidEncodingException if there is not exactly one key, or it cannot be read
     */
    public static PrivateKey decode(String pem) {
        List<Pem.Block> blocks = Pem.blocks(pem);
        if (blocks.stream().anyMatch(block -> block.label().equals(ENCRYPTED) || block.hasHeaders())) {
            throw new InvalidEncodingException(
                    "private key: under a passphrase (expected: not encrypted, in a file that only its owner reads)");
        }
        List<Pem.Block> keys =
                blocks.stream().filter(block -> !block.label().equals(CURVE)).toList();
        if (keys.size() != 1) {
            throw new InvalidEncodingException("PEM: " + keys.size() + " private keys (expected: exactly one)");
        }
        Pem.Block key = keys.getFirst();
        byte[] pkcs8 = switch (key.label()) {
            case PKCS8 -> key.der();
            case SEC1 -> wrapped(key.der(), curve(key.der(), blocks));
            case PKCS1 -> Der.sequence(VERSION_0, RSA, Der.value(Der.OCTET_STRING, key.der()));
            default ->
                throw new InvalidEncodingException("PEM: a block of another kind than a private key (expected: \""
                        + PKCS8 + "\", \"" + SEC1 + "\" or \"" + PKCS1 + "\")");
        };
        return decode(pkcs8);
    }

    private static PrivateKey decode(byte[] pkcs8) {
        if (pkcs8.length > PrivateKeys.MAX_ENCODED) {
            throw new InvalidEncodingException(
                    "private key: " + pkcs8.length + " bytes (expected: <= " + PrivateKeys.MAX_ENCODED + ")");
        }
        try {
            return decode(pkcs8, "EC")
                    .or(() -> decode(pkcs8, "RSA"))
                    .orElseThrow(() -> new InvalidEncodingException("private key: neither an elliptic curve key nor RSA"
                            + " (expected: P-256, P-384, or RSA of 2048 to 4096 bits)"));
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private static Optional<PrivateKey> decode(byte[] pkcs8, String algorithm) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (GeneralSecurityException | RuntimeException _) {
            // The key is of the other kind, or broken. The cause is dropped on purpose: it may hold parts of the key.
            return Optional.empty();
        }
    }

    private static byte[] wrapped(byte[] sec1, byte[] curve) {
        return Der.sequence(VERSION_0, Der.sequence(EC, curve), Der.value(Der.OCTET_STRING, sec1));
    }

    /** Returns the object identifier of the curve, from the key itself or from the block besides it. */
    private static byte[] curve(byte[] sec1, List<Pem.Block> blocks) {
        try {
            DerReader key = DerReader.of(sec1).enter(Der.SEQUENCE);
            key.enter(Der.INTEGER);
            key.enter(Der.OCTET_STRING);
            @Nullable DerReader parameters = null;
            if (key.nextTag() == Der.CONTEXT_0) {
                parameters = key.enter(Der.CONTEXT_0);
            } else {
                for (Pem.Block block : blocks) {
                    parameters = block.label().equals(CURVE) ? DerReader.of(block.der()) : parameters;
                }
            }
            if (parameters != null && parameters.nextTag() == Der.OBJECT_IDENTIFIER) {
                return Der.value(
                        Der.OBJECT_IDENTIFIER,
                        parameters.enter(Der.OBJECT_IDENTIFIER).remaining());
            }
        } catch (MalformedDerException _) {
            throw new InvalidEncodingException("private key: \"" + SEC1 + "\" is no DER of RFC 5915");
        }
        throw new InvalidEncodingException(
                "private key: \"" + SEC1 + "\" does not name its curve (expected: P-256 or P-384)");
    }
}
