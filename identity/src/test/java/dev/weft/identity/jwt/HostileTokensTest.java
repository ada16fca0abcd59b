package dev.weft.identity.jwt;

import static dev.weft.identity.jwt.Verdicts.assertRefused;
import static dev.weft.identity.jwt.Verdicts.token;
import static dev.weft.identity.jwt.Verdicts.verify;
import static dev.weft.identity.jwt.Verdicts.withClaims;
import static dev.weft.identity.jwt.Verdicts.withHeader;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tokens that were forged, changed, or made to break what reads them. */
class HostileTokensTest {

    private static final int MUTATIONS = 5_000;

    @Test
    @DisplayName("what is signed by another key, or changed after it was signed")
    void refusesForgedTokens() {
        KeyPair other = Tokens.elliptic("secp256r1");
        assertRefused(
                Tokens.sign("ES256", other.getPrivate(), Tokens.header("ES256"), Tokens.claims()),
                JwtRule.BAD_SIGNATURE);
        String[] parts = withClaims(Tokens.claims()).split("\\.", -1);
        String more = Tokens.base64Url(Tokens.claims().replace("sa/web", "sa/root"));
        assertRefused(parts[0] + "." + more + "." + parts[2], JwtRule.BAD_SIGNATURE);
        // CVE-2022-21449: r = s = 0.
        assertRefused(parts[0] + "." + parts[1] + "." + Tokens.base64Url(new byte[64]), JwtRule.BAD_SIGNATURE);
    }

    @Test
    @DisplayName("JSON that is deep, doubled, cut, or not in UTF-8")
    void refusesHostileJson() {
        String deep = "[".repeat(2500) + "]".repeat(2500);
        assertThat(verify(withClaims("{\"x\":" + deep + "}"))).isInstanceOf(JwtVerification.Rejected.class);
        assertRefused(withClaims("{"), JwtRule.MALFORMED);
        assertThat(verify(withClaims("[]"))).isInstanceOf(JwtVerification.Rejected.class);
        assertThat(verify(withClaims("null"))).isInstanceOf(JwtVerification.Rejected.class);
        assertRefused(withHeader("{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"k1\"}"), JwtRule.MALFORMED);
        String header = Tokens.base64Url(Tokens.header("ES256"));
        String notUtf8 = Tokens.base64Url("{\"\u00ff\":1}".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused(header + "." + notUtf8 + ".AAAA", JwtRule.MALFORMED);
    }

    @Test
    void neverThrowsAndNeverAcceptsAChangedToken() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String good = withClaims(Tokens.claims());
        for (int i = 0; i < MUTATIONS; i++) {
            StringBuilder changed = new StringBuilder(good);
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(changed.length());
                switch (random.nextInt(3)) {
                    case 0 -> changed.setCharAt(at, (char) (random.nextInt(96) + 32));
                    case 1 -> changed.deleteCharAt(at);
                    default -> changed.insert(at, (char) (random.nextInt(96) + 32));
                }
            }
            String token = changed.toString();
            if (!token.equals(good)) {
                assertThat(verify(token))
                        .as("seed %s, token %s", seed, token)
                        .isInstanceOf(JwtVerification.Rejected.class);
            }
        }
    }
}
