package dev.weft.identity.trust;

import static java.util.Objects.requireNonNull;

import java.security.PublicKey;

/**
 * A key that verifies the JWT-SVIDs of a trust domain (JWT-SVID section 4, JW-08).
 *
 * @param keyId the {@code kid} in the header of tokens signed with the key
 */
public record JwtAuthority(String keyId, PublicKey publicKey) {

    private static final int MAX_KEY_ID = 128;

    /** @throws IllegalArgumentException if the key ID is empty or longer than 128 characters */
    public JwtAuthority {
        requireNonNull(publicKey, "publicKey");
        if (keyId.isEmpty() || keyId.length() > MAX_KEY_ID) {
            throw new IllegalArgumentException(
                    "key ID of a JWT authority: " + keyId.length() + " characters (expected: 1 to " + MAX_KEY_ID + ")");
        }
    }
}
