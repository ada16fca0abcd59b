package dev.weft.control.rotate;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * How much time rotations leave to those that follow.
 *
 * @param settle from the last proxy's new certificate on, before what was is taken away: tunnels are proven anew by the new
 *     certificates meanwhile, so that their sessions outlive the old ones
 * @param federationGrace after a new anchor is published, before an issuer is under it: other trust domains fetch it meanwhile.
 *     Zero while there are none.
 * @param renewalsPerSecond proxies that are asked to renew in a second, each at a random moment
 */
public record Pace(Duration settle, Supplier<Duration> federationGrace, int renewalsPerSecond) {

    /** For real meshes. Tunnels are proven anew within 2 s of a new certificate, or, should that fail, some time later. */
    public static final Pace REAL = new Pace(Duration.ofSeconds(10), () -> Duration.ZERO, 200);

    /** Renewals are spread over this time at least. */
    static final Duration LEAST_SPREAD = Duration.ofSeconds(1);

    /** And over this time at most. */
    static final Duration MOST_SPREAD = Duration.ofMinutes(2);

    /** @throws IllegalArgumentException if nobody would ever renew */
    public Pace {
        if (renewalsPerSecond < 1) {
            throw new IllegalArgumentException("renewals per second: " + renewalsPerSecond + " (expected: >= 1)");
        }
    }

    /** This with more time for federated trust domains, when the supplier says so. */
    public Pace withFederationGrace(Supplier<Duration> grace) {
        return new Pace(
                settle,
                () -> {
                    Duration other = federationGrace.get();
                    Duration own = grace.get();
                    return own.compareTo(other) > 0 ? own : other;
                },
                renewalsPerSecond);
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
