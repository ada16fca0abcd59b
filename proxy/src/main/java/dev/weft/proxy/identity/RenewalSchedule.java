package dev.weft.proxy.identity;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.Renewal;
import dev.weft.identity.svid.X509Svid;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The one timer by which the next certificate is asked for, and what moves it: a certificate's life, failures, the control
 * plane's directive, loss of trust, a clock that was set. Belongs to its event loop.
 */
final class RenewalSchedule {
    /** A directive spreads renewals over this time at least: a control plane cannot have proxies ask in a tight loop. */
    static final Duration LEAST_SPREAD = Duration.ofSeconds(1);
    /** And over this time at most. */
    static final Duration MOST_SPREAD = Duration.ofMinutes(10);

    /** After an outage a certificate is asked for within this part of what is left of the one held. */
    static final int SHARE_AFTER_OUTAGE = 20;
    /** And within this time at most. */
    static final Duration MOST_AFTER_OUTAGE = Duration.ofSeconds(30);

    private final EventLoop loop;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Runnable renew;
    private Optional<Renewal> wanted = Optional.empty();
    private @Nullable ScheduledFuture<?> timer;

    /** A schedule on which nothing is due yet, and that runs {@code renew} on {@code loop} when something is. */
    RenewalSchedule(EventLoop loop, InstantSource clock, RandomGenerator random, Runnable renew) {
        this.loop = loop;
        this.clock = clock;
        this.random = random;
        this.renew = renew;
    }

    /** Renews this certificate, which has just come, in its time; says when. */
    Instant renewal(X509Svid svid) {
        Instant now = clock.instant();
        Instant end = svid.leaf().getNotAfter().toInstant();
        return set(directed(svid, SoakPace.orElse(CertificateRenewal.renewAt(now, end, random), now)));
    }

    /**
     * Tries again after {@code failures} in a row; says when.
     *
     * @param end of the certificate held; null where there is none
     * @param asked how long the control plane asked to be left alone
     */
    Instant retry(@Nullable Instant end, int failures, Optional<Duration> asked) {
        Instant now = clock.instant();
        return set(CertificateRenewal.retryAt(now, end == null ? now : end, failures, asked, random));
    }

    /** From now on certificates must be of this issuer, or, when empty, of any. */
    void direct(Optional<Renewal> directive) {
        wanted = directive;
    }

    /** Renews what is held sooner than it is due, if the directive asks for that. */
    void follow(X509Svid held, Instant due) {
        Instant directed = directed(held, due);
        if (!directed.equals(due)) {
            set(directed);
        }
    }

    /** Tries again what failed while the control plane was away: those come first whose certificate ends first. */
    void back(RenewalHealth health) {
        Instant due = health.nextTry();
        if (due == null || health.failures() == 0) {
            return;
        }
        long left = Math.max(0, health.left(clock.instant()).toMillis());
        Instant soon = within(Math.min(left / SHARE_AFTER_OUTAGE, MOST_AFTER_OUTAGE.toMillis()));
        if (soon.isBefore(due)) {
            set(soon);
        }
    }

    /** Renews within a moment. */
    void soon() {
        set(within(LEAST_SPREAD.toMillis()));
    }

    /** The clock was set: what is due by now is done at once. */
    void clockJumped(Instant due) {
        // A timer that comes earlier stays: peers may not have a clock that was set back.
        if (timer != null && timer.getDelay(TimeUnit.MILLISECONDS) > left(due)) {
            set(due);
        }
    }

    /** Nothing is due any more. */
    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** When to renew this certificate, given when it would be due without a directive. */
    private Instant directed(X509Svid svid, Instant due) {
        if (wanted.isEmpty() || isOf(svid, wanted.get())) {
            return due;
        }
        Instant soon =
                within(Math.clamp(wanted.get().getSpreadMillis(), LEAST_SPREAD.toMillis(), MOST_SPREAD.toMillis()));
        return soon.isBefore(due) ? soon : due;
    }

    private static boolean isOf(X509Svid svid, Renewal directive) {
        return CertificateReport.issuerKey(svid)
                .filter(key -> ByteString.copyFrom(key.bytes()).equals(directive.getIssuerKeySha256()))
                .isPresent();
    }

    private Instant within(long spreadMillis) {
        return clock.instant().plusMillis((long) (random.nextDouble() * spreadMillis));
    }

    private Instant set(Instant at) {
        cancel();
        timer = loop.schedule(renew, left(at), TimeUnit.MILLISECONDS);
        return at;
    }

    private long left(Instant at) {
        return Math.max(0, Duration.between(clock.instant(), at).toMillis());
    }
}
