package dev.weft.identity.jwt;

import static dev.weft.identity.jwt.Tokens.AUDIENCE;
import static dev.weft.identity.jwt.Tokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.trust.TrustBundles;
import java.security.KeyPair;

/** Tokens by one key that is trusted, and what is said of them. */
final class Verdicts {

    static final KeyPair KEYS = Tokens.elliptic("secp256r1");
    static final TrustBundles BUNDLES = Tokens.trusting(KEYS);

    private Verdicts() {}

    static JwtVerification verify(String token) {
        return JwtSvidVerifier.verify(token, AUDIENCE, BUNDLES, NOW);
    }

    static void assertRefused(String token, JwtRule rule) {
        assertThat(verify(token))
                .isInstanceOfSatisfying(
                        JwtVerification.Rejected.class,
                        rejected -> assertThat(rejected.rule())
                                .as(rejected.toString())
                                .isEqualTo(rule));
    }

    static String token(String header, String claims) {
        return Tokens.sign("ES256", KEYS.getPrivate(), header, claims);
    }

    static String withClaims(String claims) {
        return token(Tokens.header("ES256"), claims);
    }

    static String withHeader(String header) {
        return token(header, Tokens.claims());
    }
}
