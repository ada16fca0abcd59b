package dev.weft.mesh.route;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a request may take. Zero means no limit.
 *
 * @param request time for all attempts together
 * @param backend time for one attempt
 */
public record Timeouts(Duration request, Duration backend) {

    /** The longest timeout. */
    public static final Duration MAX = Duration.ofHours(500);

    /** No limits. */
    public static final Timeouts NONE = new Timeouts(Duration.ZERO, Duration.ZERO);

    private static final Pattern PART = Pattern.compile("([0-9]+)(h|ms|m|s)");

    /**
     * @throws IllegalArgumentException if a timeout is out of range, or an attempt may take longer than all attempts
     */
    public Timeouts {
        check("request", request);
        check("backendRequest", backend);
        if (!request.isZero() && backend.compareTo(request) > 0) {
            throw new IllegalArgumentException("backendRequest: longer than request");
        }
    }

    /**
     * Reads a duration in the notation of the Gateway API (GEP-2257), such as {@code 1h30m}. Text that is not part of a
     * duration is ignored.
     */
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
