package dev.weft.proxy.identity;

import dev.weft.identity.svid.Rule;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** When to renew a certificate, and when to try again: decisions without a clock of their own. */
public final class CertificateRenewal {
    static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    static final Duration LAST_RETRY = Duration.ofSeconds(60);
    /** Without a certificate that is good nothing works; as often as one that has it knocks for its stream. */
    static final Duration LAST_RETRY_WITHOUT = Duration.ofSeconds(10);
    /** Retries come no closer than this, but for one at the end itself. */
    static final Duration LEAST_RETRY = Duration.ofMillis(200);
    /** A certificate is kept for this long at least, however short its life is or how much of it has passed. */
    static final Duration LEAST_USE = Duration.ofSeconds(1);

    private static final double HALF = 0.5;
    private static final double SPREAD = 0.1;
    private static final int MAX_DOUBLINGS = 10;

    private CertificateRenewal() {}

    /**
     * Half of the life that is left when the certificate comes, give or take a tenth of that, so that certificates issued
     * together are not renewed together. Issuers date certificates back for clocks that are slow; that part of a life is
     * not for use, and counts for nothing here. Not before {@link #LEAST_USE}, so that a certificate which comes late in
     * its life is not renewed in a tight loop.
     */
    public static Instant renewAt(Instant now, Instant notAfter, RandomGenerator random) {
        double share = HALF * (1 - SPREAD + random.nextDouble() * 2 * SPREAD);
        Instant due = now.plusMillis((long) (Duration.between(now, notAfter).toMillis() * share));
        Instant least = now.plus(LEAST_USE);
        return due.isBefore(least) ? least : due;
    }

    /**
     * When to try again after {@code failures} in a row: full jitter under a bound that doubles. While the certificate
     * lasts, the bound is half of what is left of it, and never is its end passed without another attempt.
     *
     * @param notAfter when the certificate held ends; {@code now}, or earlier, where there is none that is good
     * @param asked how long the control plane asked to be left alone: not before that, and spread over as long again, as far
     *     as the certificate's end allows
     */
    public static Instant retryAt(
            Instant now, Instant notAfter, int failures, Optional<Duration> asked, RandomGenerator random) {
        long bound = FIRST_RETRY.toMillis() << Math.clamp(failures - 1, 0, MAX_DOUBLINGS);
        long left = Duration.between(now, notAfter).toMillis();
        bound = Math.min(bound, (left > 0 ? LAST_RETRY : LAST_RETRY_WITHOUT).toMillis());
        if (left > 0) {
            bound = Math.min(bound, left / 2);
        }
        long wait = Math.max((long) (random.nextDouble() * bound), LEAST_RETRY.toMillis());
        long respite = (long) (asked.orElse(Duration.ZERO).toMillis() * (1 + random.nextDouble()));
        wait = Math.max(wait, left > 0 ? Math.min(respite, left / 2) : respite);
        return now.plusMillis(left > 0 ? Math.min(wait, left) : wait);
    }

    /** Whether the certificate was signed by the issuer of this key. */
    public static boolean isOf(X509Svid svid, SpkiFingerprint issuer) {
        return CertificateReport.issuerKey(svid).filter(issuer::equals).isPresent();
    }

    /**
     * Whether peers refuse this certificate because of its signers. One that is revoked itself, or whose identity is, was
     * shut out on purpose: another does not follow.
     */
    static boolean outOfTrust(X509Svid svid, TrustBundles bundles, Instant now) {
        return new SvidVerifier(bundles).verifyEstablished(svid.chain(), now) instanceof Verification.Rejected rejected
                && (rejected.certificateIndex() > 0 || rejected.rule() == Rule.NO_ANCHOR);
    }
}
