package dev.weft.identity.jwt;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.Map;

/**
 * The parts of a token, not yet verified.
 *
 * @param signed header and claims as received: the text that is signed
 */
record JwtParts(
        Map<String, Object> header, Base64URL encodedHeader, String encodedClaims, String signed, Base64URL signature) {

    private static final int PARTS = 3;

    /** Splits a token whose length was checked before. */
    static JwtParts of(String token) throws JwtRejectionException {
        String[] parts = token.split("\\.", -1);
        if (parts.length != PARTS) {
            throw notCompact(parts.length + " parts");
        }
        for (String part : parts) {
            if (part.isEmpty() || !part.chars().allMatch(JwtParts::isBase64Url)) {
                throw notCompact("a part that is empty or not base64url");
            }
        }
        decode(parts[2], "signature");
        return new JwtParts(
                object(parts[0], "header"),
                new Base64URL(parts[0]),
                parts[1],
                token.substring(0, token.lastIndexOf('.')),
                new Base64URL(parts[2]));
    }

    /** Decodes the claims. Called only after the header was found valid (JW-03). */
    Map<String, Object> claims() throws JwtRejectionException {
        return object(encodedClaims, "claims");
    }

    byte[] signingInput() {
        return signed.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isBase64Url(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    /**
     * Decodes strictly. The library ignores characters that are not base64url, so the same token could be written in
     * many ways.
     */
    private static byte[] decode(String part, String what) throws JwtRejectionException {
        try {
            byte[] decoded = Base64.getUrlDecoder().decode(part);
            if (!Base64.getUrlEncoder().withoutPadding().encodeToString(decoded).equals(part)) {
                throw notCompact("a " + what + " whose last character has bits beyond the end");
            }
            return decoded;
        } catch (IllegalArgumentException _) {
            throw notCompact("a " + what + " of a length that base64url does not have");
        }
    }

    private static Map<String, Object> object(String part, String what) throws JwtRejectionException {
        byte[] decoded = decode(part, what);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded))
                    .toString();
            return JSONObjectUtils.parse(text);
        } catch (ParseException | CharacterCodingException _) {
            throw new JwtRejectionException(JwtRule.MALFORMED, "its " + what + " is no JSON object in UTF-8");
        }
    }

    private static JwtRejectionException notCompact(String found) {
        return new JwtRejectionException(
                JwtRule.NOT_COMPACT, "not a token: " + found + " (expected: header.claims.signature in base64url)");
    }
}
