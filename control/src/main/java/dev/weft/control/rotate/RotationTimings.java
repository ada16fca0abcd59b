package dev.weft.control.rotate;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How much time rotations leave to proxies and trust domains.
 *
 * @param settle time from the last proxy's new certificate until the former authority is removed, if a proxy does
 *     not count its tunnels; in it tunnels are proven again with the new certificates, so that their sessions outlive
 *     the old ones
 * @param mostForTunnels if proxies count their tunnels, longest wait for tunnels that depend on the former authority
 * @param federationGrace time from the publication of a new anchor until an issuer under it is used; other trust
 *     domains fetch the anchor meanwhile. Zero while there are none.
 * @param renewalsPerSecond proxies that are asked to renew per second, each at a random moment
 */
public record RotationTimings(
        Duration settle, Duration mostForTunnels, Supplier<Duration> federationGrace, int renewalsPerSecond) {

    /**
     * For real meshes. Tunnels are proven again within 2 s of a new certificate; if that fails, they try again every
     * minute.
     */
    public static final RotationTimings REAL =
            new RotationTimings(Duration.ofSeconds(10), Duration.ofMinutes(2), () -> Duration.ZERO, 200);

    /** A tunnel that was in its handshake when tunnels were counted is counted after this time at the latest. */
    private static final Duration LAST_HANDSHAKES = Duration.ofSeconds(2);

    /** Shortest time over which renewals are spread. */
    static final Duration LEAST_SPREAD = Duration.ofSeconds(1);

    /** Longest time over which renewals are spread. */
    static final Duration MOST_SPREAD = Duration.ofMinutes(2);

    /** @throws IllegalArgumentException if renewals per second are less than 1 */
    public RotationTimings {
        if (renewalsPerSecond < 1) {
            throw new IllegalArgumentException("renewals per second: " + renewalsPerSecond + " (expected: >= 1)");
        }
    }

    /** Returns this pace with a longer grace for federated trust domains, if the supplier returns one. */
    public RotationTimings withFederationGrace(Supplier<Duration> grace) {
        return new RotationTimings(
                settle,
                mostForTunnels,
                () -> {
                    Duration other = federationGrace.get();
                    Duration own = grace.get();
                    return own.compareTo(other) > 0 ? own : other;
                },
                renewalsPerSecond);
    }

    /** Returns the time to wait after the last tunnel was proven again, if every proxy counts them. */
    Duration lastHandshakes() {
        return settle.compareTo(LAST_HANDSHAKES) < 0 ? settle : LAST_HANDSHAKES;
    }

    /** Returns the time over which this many proxies renew. */
    Duration spread(int proxies) {
        Duration wanted = Duration.ofMillis(proxies * 1000L / renewalsPerSecond);
        if (wanted.compareTo(LEAST_SPREAD) < 0) {
            return LEAST_SPREAD;
        }
        return wanted.compareTo(MOST_SPREAD) > 0 ? MOST_SPREAD : wanted;
    }
}
