package dev.weft.identity.jwt;

import dev.weft.identity.spiffe.PeerText;
import java.util.Map;
import java.util.Set;

/**
 * The header of a token. It is checked before the rest of the token is used.
 *
 * @param algorithm one of {@link #ALGORITHMS}
 */
record JwtHeader(String algorithm, String keyId) {

    /** The signature algorithms that JWT-SVIDs may use (JWT-SVID section 2.1). */
    static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512");

    private static final Set<String> PARAMETERS = Set.of("alg", "kid", "typ");
    private static final Set<String> TYPES = Set.of("JWT", "JOSE");

    static JwtHeader check(Map<String, Object> header) throws JwtRejectionException {
        if (!(header.get("alg") instanceof String algorithm) || !ALGORITHMS.contains(algorithm)) {
            throw new JwtRejectionException(
                    JwtRule.ALGORITHM,
                    "algorithm " + PeerText.quote(String.valueOf(header.get("alg"))) + " (expected: one of "
                            + ALGORITHMS.stream().sorted().toList() + ")");
        }
        for (String parameter : header.keySet()) {
            if (!PARAMETERS.contains(parameter)) {
                throw new JwtRejectionException(
                        JwtRule.HEADER,
                        "header parameter " + PeerText.quote(parameter) + " (expected: alg, kid and typ only)");
            }
        }
        if (header.containsKey("typ") && !(header.get("typ") instanceof String type && TYPES.contains(type))) {
            throw new JwtRejectionException(
                    JwtRule.TYPE,
                    "type " + PeerText.quote(String.valueOf(header.get("typ"))) + " (expected: JWT or JOSE)");
        }
        if (!(header.get("kid") instanceof String keyId) || keyId.isEmpty()) {
            throw new JwtRejectionException(JwtRule.NO_KEY_ID, "the header has no key ID (expected: kid)");
        }
        return new JwtHeader(algorithm, keyId);
    }
}
