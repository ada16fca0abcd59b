package dev.weft.daemon.text;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations in the form that people type. */
public final class Durations {
    private static final int DAYS_OF_A_YEAR = 365;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,6}(ms|s|m|h|d|y))+");
    private static final Pattern PART = Pattern.compile("([0-9]+)([a-z]+)");

    private Durations() {}

    /**
     * Reads {@code 500ms}, {@code 90s}, {@code 1h30m}, {@code 7d} or {@code 10y}; a year has 365 days.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static Duration parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("duration: " + text + " (expected: as 30s, 5m, 1h30m or 2d)");
        }
        Duration sum = Duration.ZERO;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            sum = sum.plus(unit(part.group(2)).multipliedBy(Long.parseLong(part.group(1))));
        }
        return sum;
    }

    private static Duration unit(String name) {
        return switch (name) {
            case "ms" -> Duration.ofMillis(1);
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            case "d" -> Duration.ofDays(1);
            default -> Duration.ofDays(DAYS_OF_A_YEAR);
        };
    }
}
