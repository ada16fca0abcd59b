package dev.weft.identity.trust;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.keys.Sha256;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** The SHA-256 of a SubjectPublicKeyInfo. It identifies a key independently of the certificates that contain it. */
public record SpkiFingerprint(String hex) {

    private static final int BYTES = 32;

    /** @throws IllegalArgumentException if the text is not 64 lower-case hexadecimal digits */
    public SpkiFingerprint {
        requireNonNull(hex, "hex");
        if (hex.length() != 2 * BYTES || !hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            throw new IllegalArgumentException(
                    "fingerprint: " + hex.length() + " characters (expected: 64 lower-case hexadecimal digits)");
        }
    }

    /**
     * Creates a fingerprint from the 32 bytes of the hash.
     *
     * @throws IllegalArgumentException if there are not 32 bytes
     */
    public static SpkiFingerprint ofSha256(byte[] hash) {
        return new SpkiFingerprint(HexFormat.of().formatHex(hash));
    }

    /** Returns the fingerprint of this key. */
    public static SpkiFingerprint of(PublicKey key) {
        return ofSha256(Sha256.digest().digest(key.getEncoded()));
    }

    public static SpkiFingerprint of(X509Certificate certificate) {
        return of(certificate.getPublicKey());
    }

    /** Returns the 32 bytes of the hash. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
