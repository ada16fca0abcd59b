package dev.weft.mesh.route;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern PART = Pattern.compile("([0-9]+)(h|ms|m|s)");

    /** @throws IllegalArgumentException if one is out of range, or an attempt may take longer than all of them */
    public Timeouts {
        check("request", request);
        check("backendRequest", backend);
        if (!request.isZero() && backend.compareTo(request) > 0) {
            throw new IllegalArgumentException("backendRequest: longer than request");
        }
    }

    /** A duration as the Gateway API writes it (GEP-2257), such as {@code 1h30m}; what is no part of one is passed over. */
    public static Duration parse(String text) {
        Duration sum = Duration.ZERO;
        Matcher parts = PART.matcher(text);
        while (parts.find()) {
            long number = Long.parseLong(parts.group(1));
            sum = sum.plus(
                    switch (parts.group(2)) {
                        case "h" -> Duration.ofHours(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "s" -> Duration.ofSeconds(number);
                        default -> Duration.ofMillis(number);
                    });
        }
        return sum;
    }

    private static void check(String what, Duration duration) {
        if (duration.isNegative() || duration.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    what + ": " + duration + " (expected: at most " + MAX.toHours() + " hours)");
        }
    }
}
