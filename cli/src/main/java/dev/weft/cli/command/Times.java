package dev.weft.cli.command;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length of time as it is typed: {@code 90s}, {@code 10m}, {@code 24h}, {@code 7d}, {@code 10y}; a year has 365 days. */
public final class Times implements ITypeConverter<Duration> {

    private static final int DAYS_OF_A_YEAR = 365;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,6})(s|m|h|d|y)");

    @Override
    public Duration convert(String given) {
        Matcher form = FORM.matcher(given);
        if (!form.matches()) {
            throw new TypeConversionException(
                    "'" + given + "' (expected: a number with s, m, h, d or y, as 90s or 24h)");
        }
        long amount = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofDays(amount * DAYS_OF_A_YEAR);
        };
    }
}
