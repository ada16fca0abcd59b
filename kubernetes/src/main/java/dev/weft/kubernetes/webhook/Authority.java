package dev.weft.kubernetes.webhook;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A certificate authority of the webhook.
 *
 * @param published when its certificate was first in the webhook's configuration; empty if it never was
 */
record Authority(TrustAnchor anchor, Optional<Instant> published) {

    Authority {
        requireNonNull(anchor, "anchor");
        requireNonNull(published, "published");
    }

    /**
     * Creates an authority. Each has a different name, because API servers find the issuer of a certificate by name.
     */
    static Authority create(Duration life, Instant now) {
        return new Authority(
                TrustAnchors.create("Weft webhook " + now.getEpochSecond(), life, Clock.fixed(now, ZoneOffset.UTC)),
                Optional.empty());
    }

    Instant notBefore() {
        return anchor.certificate().getNotBefore().toInstant();
    }

    Instant notAfter() {
        return anchor.certificate().getNotAfter().toInstant();
    }

    /** Whether it has begun. One that was made while the clock ran ahead has not, and API servers refuse it. */
    boolean hasBegun(Instant now) {
        return !now.isBefore(notBefore());
    }

    /** Whether API servers have had time to learn of it, and accept it. */
    boolean isKnown(Duration settle, Instant now) {
        return hasBegun(now)
                && published.filter(moment -> !moment.plus(settle).isAfter(now)).isPresent();
    }
}
