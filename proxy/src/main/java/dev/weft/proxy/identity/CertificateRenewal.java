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

/** Decides when to renew a certificate, and when to retry. The caller passes the time. */
public final class CertificateRenewal {
    static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    static final Duration LAST_RETRY = Duration.ofSeconds(60);
    /**
     * Bound without a valid certificate, when nothing works: as often as a sidecar with a certificate retries its
     * stream.
     */
    static final Duration LAST_RETRY_WITHOUT = Duration.ofSeconds(10);
    /** Least wait before a retry, except for a retry at the certificate's end itself. */
    static final Duration LEAST_RETRY = Duration.ofMillis(200);
    /** A certificate is used for at least this long, however short its remaining life is. */
    static final Duration LEAST_USE = Duration.ofSeconds(1);

    private static final double HALF = 0.5;
    private static final double SPREAD = 0.1;
    private static final int MAX_DOUBLINGS = 10;

    private CertificateRenewal() {}

    /**
     * Returns when to renew: after half of the life that is left when the certificate arrives, give or take a tenth of
     * that, so that certificates issued together are not renewed together. Issuers backdate certificates for slow
     * clocks; that part of the life is not for use and does not count here. Never before {@link #LEAST_USE}, so that a
     * certificate that arrives late in its life is not renewed in a tight loop.
     */
    public static Instant renewAt(Instant now, Instant notAfter, RandomGenerator random) {
        double share = HALF * (1 - SPREAD + random.nextDouble() * 2 * SPREAD);
        Instant due = now.plusMillis((long) (Duration.between(now, notAfter).toMillis() * share));
        Instant least = now.plus(LEAST_USE);
        return due.isBefore(least) ? least : due;
    }

    /**
     * Returns when to retry after {@code failures} in a row: full jitter under a bound that doubles. While the
     * certificate lasts, the bound is at most half of the life that is left, and there is always an attempt at its end.
     *
     * @param notAfter when the certificate held ends; {@code now}, or earlier, where there is no valid one
     * @param asked how long the control plane asked not to be called: the retry comes after that, spread over the same
     *     time again, as far as the certificate's end allows
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

    /** Whether the issuer with this key signed the certificate. */
    public static boolean isOf(X509Svid svid, SpkiFingerprint issuer) {
        return issuerKey(svid).filter(issuer::equals).isPresent();
    }

    /** Returns the key of the issuer that signed the leaf; empty when an anchor did, which is not part of the chain. */
    static Optional<SpkiFingerprint> issuerKey(X509Svid svid) {
        return svid.chain().size() < 2
                ? Optional.empty()
                : Optional.of(SpkiFingerprint.of(svid.chain().get(1).getPublicKey()));
    }

    /**
     * Whether peers refuse this certificate because of its signers. A certificate that is itself revoked, or whose
     * identity is, was shut out on purpose, so it is not replaced.
     */
    static boolean outOfTrust(X509Svid svid, TrustBundles bundles, Instant now) {
        return new SvidVerifier(bundles).verifyEstablished(svid.chain(), now) instanceof Verification.Rejected rejected
                && (rejected.certificateIndex() > 0 || rejected.rule() == Rule.NO_ANCHOR);
    }
}
