package dev.weft.identity.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.identity.trust.TrustBundles;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A token of any text proves nothing, and throws nothing; one that was signed and changed proves no more than it did. */
class JwtFuzzTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @FuzzTest
    void anyTextProvesNothingToWhoTrustsNobody(byte[] bytes) {
        String token = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(JwtSvidVerifier.verify(token, "db", TrustBundles.EMPTY, NOW))
                .isInstanceOf(JwtVerification.Rejected.class);
    }

    /** The token is as its key's owner has made it, but for a piece. */
    @FuzzTest
    void aSignedTokenThatWasChangedProvesNothing(FuzzedDataProvider data) {
        String good = Verdicts.withClaims(Tokens.claims());
        int at = data.consumeInt(0, good.length());
        int left = data.consumeInt(0, good.length() - at);
        String changed = good.substring(0, at) + data.consumeRemainingAsAsciiString() + good.substring(at + left);
        if (!changed.equals(good)) {
            assertThat(Verdicts.verify(changed)).as(changed).isInstanceOf(JwtVerification.Rejected.class);
        }
        assertThat(Verdicts.verify(good)).isInstanceOf(JwtVerification.Verified.class);
    }

    /** Whoever has the key says anything: what is accepted is a name of the key's own trust domain, for this audience. */
    @FuzzTest
    void anyClaimsOfATrustedKeyProveAnIdentityOfItsDomainOrNothing(FuzzedDataProvider data) {
        String header = data.consumeBoolean() ? Tokens.header("ES256") : data.consumeString(200);
        String claims = Tokens.claims();
        int at = data.consumeInt(0, claims.length());
        int left = data.consumeInt(0, claims.length() - at);
        String said = claims.substring(0, at) + data.consumeRemainingAsString() + claims.substring(at + left);
        if (Verdicts.verify(Verdicts.token(header, said)) instanceof JwtVerification.Verified(JwtSvid svid)) {
            assertThat(svid.subject().trustDomain()).isEqualTo(Tokens.DOMAIN);
            assertThat(svid.audiences()).contains(Tokens.AUDIENCE);
            assertThat(svid.expiresAt()).isAfter(Tokens.NOW.minus(JwtClaims.LEEWAY));
        }
    }
}
