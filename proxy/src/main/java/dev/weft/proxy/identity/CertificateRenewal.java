package dev.weft.proxy.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** When to renew a certificate, and when to try again: decisions without a clock of their own. */
final class CertificateRenewal {
    static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    static final Duration LAST_RETRY = Duration.ofSeconds(60);
    /** Retries come no closer than this, however near the end is. */
    static final Duration LEAST_RETRY = Duration.ofMillis(200);

    private static final double HALF = 0.5;
    private static final double SPREAD = 0.1;

    private CertificateRenewal() {}

    /** Half the life, give or take a tenth of the life, so that certificates issued together are not renewed together. */
    static Instant renewAt(Instant notBefore, Instant notAfter, RandomGenerator random) {
        double share = HALF - SPREAD + random.nextDouble() * 2 * SPREAD;
        return notBefore.plusMillis(
                (long) (Duration.between(notBefore, notAfter).toMillis() * share));
    }

    /**
     * When to try again after {@code failures} in a row: full jitter under a bound that doubles, but always before the
     * certificate's end while it has not ended.
     */
    static Instant retryAt(Instant now, Instant notAfter, int failures, RandomGenerator random) {
        long bound = FIRST_RETRY.toMillis() << Math.min(failures - 1, 10);
        bound = Math.min(bound, LAST_RETRY.toMillis());
        long left = Duration.between(now, notAfter).toMillis();
        if (left > 0) {
            bound = Math.min(bound, left / 2);
        }
        long wait = (long) (random.nextDouble() * bound);
        return now.plusMillis(Math.max(wait, LEAST_RETRY.toMillis()));
    }
}
