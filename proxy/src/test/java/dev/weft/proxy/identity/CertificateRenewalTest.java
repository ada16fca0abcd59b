package dev.weft.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CertificateRenewalTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int ROUNDS = 2_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @Test
    void renewsAtHalfTheLifeGiveOrTakeATenth() {
        Instant earliest = Instant.MAX;
        Instant latest = Instant.MIN;
        for (int i = 0; i < ROUNDS; i++) {
            Instant at = CertificateRenewal.renewAt(NOW, NOW.plusSeconds(1000), random);
            assertThat(at).as("seed " + seed).isBetween(NOW.plusSeconds(450), NOW.plusSeconds(550));
            earliest = at.isBefore(earliest) ? at : earliest;
            latest = at.isAfter(latest) ? at : latest;
        }
        assertThat(Duration.between(earliest, latest))
                .as("spread, seed " + seed)
                .isGreaterThan(Duration.ofSeconds(95));
    }

    @Test
    void keepsACertificateForASecondHoweverMuchOfItsLifeHasPassed() {
        Instant least = NOW.plus(CertificateRenewal.LEAST_USE);
        assertThat(CertificateRenewal.renewAt(NOW, NOW.plusMillis(1500), random))
                .isEqualTo(least);
        assertThat(CertificateRenewal.renewAt(NOW, NOW.minusSeconds(1), random))
                .as("ended before it came")
                .isEqualTo(least);
        assertThat(CertificateRenewal.renewAt(NOW, NOW.plusMillis(10), random)).isEqualTo(least);
    }

    @Test
    void triesAgainUnderABoundThatDoublesUpToAMinute() {
        for (int failures = 1; failures < 100; failures++) {
            long bound = failures >= 7 ? 60_000 : 1000L << (failures - 1);
            for (int i = 0; i < 50; i++) {
                assertThat(CertificateRenewal.retryAt(
                                NOW, NOW.plus(Duration.ofDays(1)), failures, Optional.empty(), random))
                        .as("failures " + failures + ", seed " + seed)
                        .isBetween(NOW.plusMillis(200), NOW.plusMillis(bound));
            }
        }
    }

    @Test
    void triesAgainBeforeTheCertificateEndsWhileItLasts() {
        for (int i = 0; i < ROUNDS; i++) {
            long left = random.nextLong(1, 120_000);
            Instant at = CertificateRenewal.retryAt(NOW, NOW.plusMillis(left), 20, Optional.empty(), random);
            assertThat(at)
                    .as("left " + left + " ms, seed " + seed)
                    .isBetween(NOW.plusMillis(Math.min(200, left)), NOW.plusMillis(left));
            if (left > 400) {
                assertThat(at).isBeforeOrEqualTo(NOW.plusMillis(left / 2));
            }
        }
    }

    @Test
    void triesAgainWithinTenSecondsWhenThereIsNoCertificateThatIsGood() {
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(CertificateRenewal.retryAt(NOW, NOW.minusSeconds(5), 20, Optional.empty(), random))
                    .as("seed " + seed)
                    .isBetween(NOW.plusMillis(200), NOW.plusSeconds(10));
        }
    }

    @Test
    void leavesTheControlPlaneAloneAsItAsksAndSpreadsOverAsLongAgain() {
        Optional<Duration> asked = Optional.of(Duration.ofSeconds(20));
        Instant earliest = Instant.MAX;
        Instant latest = Instant.MIN;
        for (int i = 0; i < ROUNDS; i++) {
            Instant at = CertificateRenewal.retryAt(NOW, NOW.plus(Duration.ofHours(1)), 1, asked, random);
            assertThat(at).as("seed " + seed).isBetween(NOW.plusSeconds(20), NOW.plusSeconds(40));
            assertThat(CertificateRenewal.retryAt(NOW, NOW, 1, asked, random))
                    .as("without a certificate, seed " + seed)
                    .isBetween(NOW.plusSeconds(20), NOW.plusSeconds(40));
            earliest = at.isBefore(earliest) ? at : earliest;
            latest = at.isAfter(latest) ? at : latest;
        }
        assertThat(Duration.between(earliest, latest)).as("seed " + seed).isGreaterThan(Duration.ofSeconds(19));
    }

    @Test
    void doesNotLetItsCertificateEndForBeingAskedToWait() {
        Optional<Duration> asked = Optional.of(Duration.ofMinutes(1));
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(CertificateRenewal.retryAt(NOW, NOW.plusSeconds(30), 1, asked, random))
                    .as("seed " + seed)
                    .isBeforeOrEqualTo(NOW.plusSeconds(15));
        }
    }

    @Test
    void reachesTheEndInFewAttempts() {
        Instant end = NOW.plus(Duration.ofHours(12));
        Instant now = NOW;
        int attempts = 0;
        while (now.isBefore(end)) {
            now = CertificateRenewal.retryAt(now, end, ++attempts, Optional.empty(), random);
        }
        assertThat(now).as("seed " + seed).isEqualTo(end);
        assertThat(attempts).as("seed " + seed).isBetween(700, 4_000);
    }
}
