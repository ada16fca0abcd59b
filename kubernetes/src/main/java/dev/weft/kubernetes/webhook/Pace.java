package dev.weft.kubernetes.webhook;

import java.time.Duration;

/**
 * How long the webhook's certificates last.
 *
 * @param authority the life of a certificate authority
 * @param leaf the life of a replica's certificate
 * @param settle how long API servers are given to learn of another authority before certificates are of it
 */
record Pace(Duration authority, Duration leaf, Duration settle) {

    static final Duration SHORTEST = Duration.ofMinutes(2);
    static final Duration LONGEST = Duration.ofDays(3650);

    private static final Duration LONGEST_LEAF = Duration.ofDays(1);
    private static final Duration LONGEST_SETTLE = Duration.ofMinutes(10);

    /**
     * What belongs to an authority that lives so long.
     *
     * @throws IllegalArgumentException if it is less than two minutes or more than ten years
     */
    static Pace of(Duration authority) {
        if (authority.compareTo(SHORTEST) < 0 || authority.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("life of the webhook's authority: " + authority.toSeconds()
                    + "s (expected: " + SHORTEST.toMinutes() + "m to " + LONGEST.toDays() + "d)");
        }
        return new Pace(
                authority, least(LONGEST_LEAF, authority.dividedBy(6)), least(LONGEST_SETTLE, authority.dividedBy(24)));
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
