package dev.weft.cli.command;

import dev.weft.daemon.text.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses a duration: {@code 90s}, {@code 1h30m}, {@code 7d}, {@code 10y}; a year has 365 days. */
public final class DurationConverter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String given) {
        try {
            return Durations.parse(given);
        } catch (IllegalArgumentException _) {
            throw new TypeConversionException(
                    "'" + given + "' (expected: a number with s, m, h, d or y, such as 90s or 24h)");
        }
    }
}
