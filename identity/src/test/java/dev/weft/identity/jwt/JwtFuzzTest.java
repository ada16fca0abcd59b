package dev.weft.identity.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.identity.trust.TrustBundles;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A token of any text proves nothing, and throws nothing. */
class JwtFuzzTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @FuzzTest
    void anyTextProvesNothingToWhoTrustsNobody(byte[] bytes) {
        String token = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(JwtSvidVerifier.verify(token, "db", TrustBundles.EMPTY, NOW))
                .isInstanceOf(JwtVerification.Rejected.class);
    }
}
