package dev.weft.identity.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.SpkiFingerprint;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A key with which a trust domain signs its JWT-SVIDs, by ES256. */
public final class JwtSigningKey {

    private static final int KEY_ID_DIGITS = 32;

    private final JwtAuthority authority;
    private final PrivateKey key;

    /** Creates a signing key from a key pair on P-256. Its key ID is the beginning of the public key's SHA-256. */
    public JwtSigningKey(PublicKey publicKey, PrivateKey privateKey) {
        this.authority = new JwtAuthority(SpkiFingerprint.of(publicKey).hex().substring(0, KEY_ID_DIGITS), publicKey);
        this.key = privateKey;
    }

    /** Generates a new key. */
    public static JwtSigningKey generate() {
        KeyPair pair = KeyPairs.generateP256();
        return new JwtSigningKey(pair.getPublic(), pair.getPrivate());
    }

    /** The public part of the key, as the bundle lists it. */
    public JwtAuthority authority() {
        return authority;
    }

    /** Returns the private key in PKCS#8 form. */
    public byte[] encoded() {
        return key.getEncoded();
    }

    /**
     * Signs a token.
     *
     * @param audiences at least one
     * @param tokenId identifies the token in an audit log
     */
    public JwtSvid sign(SpiffeId subject, List<String> audiences, String tokenId, Instant issuedAt, Instant expiresAt) {
        if (audiences.isEmpty()) {
            throw new IllegalArgumentException("audiences: none (expected: one or more)");
        }
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("aud", audiences);
        claims.put("exp", expiresAt.getEpochSecond());
        claims.put("iat", issuedAt.getEpochSecond());
        claims.put("jti", tokenId);
        claims.put("sub", subject.toString());
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID(authority.keyId())
                .type(JOSEObjectType.JWT)
                .build();
        String signingInput = header.toBase64URL() + "." + Base64URL.encode(JSONObjectUtils.toJSONString(claims));
        try {
            Base64URL signature =
                    new ECDSASigner(key, Curve.P_256).sign(header, signingInput.getBytes(StandardCharsets.US_ASCII));
            return new JwtSvid(
                    signingInput + "." + signature,
                    subject,
                    audiences,
                    expiresAt.truncatedTo(ChronoUnit.SECONDS),
                    claims);
        } catch (JOSEException e) {
            throw new IllegalStateException("this Java platform cannot sign with ES256", e);
        }
    }

    /** Leaves out the private key. */
    @Override
    public String toString() {
        return "JwtSigningKey[" + authority.keyId() + "]";
    }
}
