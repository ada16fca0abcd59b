package dev.weft.mesh.route;

import java.time.Duration;

/**
 * For how long a request may take; zero is without an end.
 *
 * @param request over all attempts
 * @param backend of one attempt
 */
public record Timeouts(Duration request, Duration backend) {

    /** The longest. */
    public static final Duration MAX = Duration.ofHours(500);

    /** Without an end. */
    public static final Timeouts NONE = new Timeouts(Duration.ZERO, Duration.ZERO);

    /** @throws IllegalArgumentException if one is out of range, or an attempt may take longer than all of them */
    public Timeouts {
        check("request", request);
        check("backendRequest", backend);
        if (!request.isZero() && backend.compareTo(request) > 0) {
            throw new IllegalArgumentException("backendRequest: longer than request");
        }
    }

    private static void check(String what, Duration duration) {
        if (duration.isNegative() || duration.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    what + ": " + duration + " (expected: at most " + MAX.toHours() + " hours)");
        }
    }
}
