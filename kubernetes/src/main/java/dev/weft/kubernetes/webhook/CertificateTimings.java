package dev.weft.kubernetes.webhook;

import java.time.Duration;

/**
 * The lifetimes of the webhook's certificates.
 *
 * @param authority lifetime of a certificate authority
 * @param leaf lifetime of a replica's certificate
 * @param settle time for API servers to learn of another authority before it signs certificates
 */
record CertificateTimings(Duration authority, Duration leaf, Duration settle) {

    static final Duration SHORTEST = Duration.ofMinutes(2);
    static final Duration LONGEST = Duration.ofDays(3650);

    private static final Duration LONGEST_LEAF = Duration.ofDays(1);
    private static final Duration LONGEST_SETTLE = Duration.ofMinutes(10);

    /**
     * Returns the lifetimes for an authority with this lifetime.
     *
     * @throws IllegalArgumentException if it is less than two minutes or more than ten years
     */
    static CertificateTimings of(Duration authority) {
        if (authority.compareTo(SHORTEST) < 0 || authority.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("life of the webhook's authority: " + authority.toSeconds()
                    + "s (expected: " + SHORTEST.toMinutes() + "m to " + LONGEST.toDays() + "d)");
        }
        return new CertificateTimings(
                authority, least(LONGEST_LEAF, authority.dividedBy(6)), least(LONGEST_SETTLE, authority.dividedBy(24)));
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
