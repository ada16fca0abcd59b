package dev.weft.identity.keys;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;

/** Decodes public keys. */
public final class PublicKeys {

    private static final int MAX_ENCODED = 4096;

    private PublicKeys() {}

    /**
     * The key in a SubjectPublicKeyInfo, of the kinds that JWT-SVIDs are signed with: EC or RSA.
     *
     * @param der SubjectPublicKeyInfo, DER
     * @throws InvalidEncodingException if it is neither, or longer than 4096 bytes
     */
    public static PublicKey decode(byte[] der) {
        if (der.length > MAX_ENCODED) {
            throw new InvalidEncodingException(
                    "public key: " + der.length + " bytes (expected: at most " + MAX_ENCODED + ")");
        }
        X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
        try {
            return KeyFactory.getInstance("EC").generatePublic(spec);
        } catch (GeneralSecurityException _) {
            try {
                return KeyFactory.getInstance("RSA").generatePublic(spec);
            } catch (GeneralSecurityException e) {
                throw new InvalidEncodingException("public key: neither EC nor RSA in DER: " + e.getMessage(), e);
            }
        }
    }
}
