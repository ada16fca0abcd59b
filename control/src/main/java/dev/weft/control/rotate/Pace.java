package dev.weft.control.rotate;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How much time rotations leave to those that follow.
 *
 * @param settle from the last proxy's new certificate on, before what was is taken away, where a proxy does not count its
 *     tunnels: they are proven again by the new certificates meanwhile, so that their sessions outlive the old ones
 * @param mostForTunnels where proxies count them, tunnels that rest on what is taken away are waited for no longer than this
 * @param federationGrace after a new anchor is published, before an issuer is under it: other trust domains fetch it meanwhile.
 *     Zero while there are none.
 * @param renewalsPerSecond proxies that are asked to renew in a second, each at a random moment
 */
public record Pace(
        Duration settle, Duration mostForTunnels, Supplier<Duration> federationGrace, int renewalsPerSecond) {

    /** For real meshes. Tunnels are proven again within 2 s of a new certificate; where that fails, it is tried each minute. */
    public static final Pace REAL = new Pace(Duration.ofSeconds(10), Duration.ofMinutes(2), () -> Duration.ZERO, 200);

    /** A tunnel that was in its handshake when they were counted is counted by the end of this. */
    private static final Duration LAST_HANDSHAKES = Duration.ofSeconds(2);

    /** Renewals are spread over this time at least. */
    static final Duration LEAST_SPREAD = Duration.ofSeconds(1);

    /** And over this time at most. */
    static final Duration MOST_SPREAD = Duration.ofMinutes(2);

    /** @throws IllegalArgumentException if no sidecar would ever renew */
    public Pace {
        if (renewalsPerSecond < 1) {
            throw new IllegalArgumentException("renewals per second: " + renewalsPerSecond + " (expected: >= 1)");
        }
    }

    /** This with more time for federated trust domains, when the supplier says so. */
    public Pace withFederationGrace(Supplier<Duration> grace) {
        return new Pace(
                settle,
                mostForTunnels,
                () -> {
                    Duration other = federationGrace.get();
                    Duration own = grace.get();
                    return own.compareTo(other) > 0 ? own : other;
                },
                renewalsPerSecond);
    }

    /** After the last tunnel was proven again, where every proxy counts them. */
    Duration lastHandshakes() {
        return settle.compareTo(LAST_HANDSHAKES) < 0 ? settle : LAST_HANDSHAKES;
    }

    /** Over which so many proxies renew. */
    Duration spread(int proxies) {
        Duration wanted = Duration.ofMillis(proxies * 1000L / renewalsPerSecond);
        if (wanted.compareTo(LEAST_SPREAD) < 0) {
            return LEAST_SPREAD;
        }
        return wanted.compareTo(MOST_SPREAD) > 0 ? MOST_SPREAD : wanted;
    }
}
