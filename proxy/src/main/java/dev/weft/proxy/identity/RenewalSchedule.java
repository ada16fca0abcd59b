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
 * The one timer for the next certificate request. It moves with a certificate's life, failures, the control plane's
 * directive, loss of trust, and a clock that was set. Belongs to its event loop.
 */
final class RenewalSchedule {
    /**
     * A directive spreads renewals over at least this time: a control plane cannot make proxies ask in a tight loop.
     */
    static final Duration LEAST_SPREAD = Duration.ofSeconds(1);
    /** A directive spreads renewals over at most this time. */
    static final Duration MOST_SPREAD = Duration.ofMinutes(10);

    /** After an outage a certificate is requested within the remaining life of the one held, divided by this. */
    static final int SHARE_AFTER_OUTAGE = 20;
    /** After an outage a certificate is requested within at most this time. */
    static final Duration MOST_AFTER_OUTAGE = Duration.ofSeconds(30);

    /**
     * For tests only: the system property for a fixed time to each renewal, so that a thousand renewals take minutes, and
     * one takes seconds. It is no flag, because it has no other use.
     */
    private static final String SOAK_PACE = "weft.soak.renew-after-millis";

    private final EventLoop loop;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Runnable renew;
    private Optional<Renewal> wanted = Optional.empty();
    private @Nullable ScheduledFuture<?> timer;

    /** An empty schedule; it runs {@code renew} on {@code loop} when a request is due. */
    RenewalSchedule(EventLoop loop, InstantSource clock, RandomGenerator random, Runnable renew) {
        this.loop = loop;
        this.clock = clock;
        this.random = random;
        this.renew = renew;
    }

    /** Schedules the renewal of a certificate that has just arrived, and returns when it is due. */
    Instant renewal(X509Svid svid) {
        Instant now = clock.instant();
        Long pace = Long.getLong(SOAK_PACE);
        Instant due = pace != null
                ? now.plusMillis(pace)
                : CertificateRenewal.renewAt(now, svid.leaf().getNotAfter().toInstant(), random);
        return set(directed(svid, due));
    }

    /**
     * Schedules a retry after {@code failures} in a row, and returns when it is due.
     *
     * @param end when the certificate held ends; null if there is none
     * @param asked how long the control plane asked not to be called
     */
    Instant retry(@Nullable Instant end, int failures, Optional<Duration> asked) {
        Instant now = clock.instant();
        return set(CertificateRenewal.retryAt(now, end == null ? now : end, failures, asked, random));
    }

    /** Sets the issuer that certificates must be of; empty for any. */
    void direct(Optional<Renewal> directive) {
        wanted = directive;
    }

    /** Renews the certificate held before it is due, if the directive asks for that. */
    void follow(X509Svid held, Instant due) {
        Instant directed = directed(held, due);
        if (!directed.equals(due)) {
            set(directed);
        }
    }

    /** Retries soon what failed while the control plane was away: certificates that end first come first. */
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

    /** Renews within {@link #LEAST_SPREAD}. */
    void soon() {
        set(within(LEAST_SPREAD.toMillis()));
    }

    /** Called when the clock was set: a renewal that is due now runs at once. */
    void clockJumped(Instant due) {
        // An earlier timer stays: this clock may have been set back while peers' clocks were not.
        if (timer != null && timer.getDelay(TimeUnit.MILLISECONDS) > left(due)) {
            set(due);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** Returns when to renew this certificate; {@code due} is the time without a directive. */
    private Instant directed(X509Svid svid, Instant due) {
        if (wanted.isEmpty() || isOf(svid, wanted.get())) {
            return due;
        }
        Instant soon =
                within(Math.clamp(wanted.get().getSpreadMillis(), LEAST_SPREAD.toMillis(), MOST_SPREAD.toMillis()));
        return soon.isBefore(due) ? soon : due;
    }

    private static boolean isOf(X509Svid svid, Renewal directive) {
        return CertificateRenewal.issuerKey(svid)
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
