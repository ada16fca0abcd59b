package dev.weft.control.certify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** How many tokens that are none one network may show. */
final class BadTokenLimiterTest {

    private final BadTokenLimiter bad =
            new BadTokenLimiter(Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC));

    private Refusal refusal(String address) {
        return bad.refusal(address, Refusal.BAD_TOKEN, "no such token")
                .outcome()
                .refusal();
    }

    @Test
    void oneNetworkIsAskedToSlowDownAndOthersAreNot() {
        for (int i = 0; i < CertificateService.BAD_TOKENS_BURST; i++) {
            assertThat(refusal("2001:db8::" + Integer.toHexString(i + 1))).isEqualTo(Refusal.BAD_TOKEN);
        }
        assertThat(refusal("2001:db8::ffff")).isEqualTo(Refusal.TOO_MANY);
        assertThat(refusal("2001:db8:0:1::1")).isEqualTo(Refusal.BAD_TOKEN);
        assertThat(refusal("10.0.0.1")).isEqualTo(Refusal.BAD_TOKEN);
    }
}
