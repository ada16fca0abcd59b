package dev.weft.cli.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses a moment: {@code 2026-01-31T12:00:00Z}, {@code now}, or {@code +10m} from now. */
public final class MomentConverter implements ITypeConverter<MomentConverter.Moment> {

    /** A moment that may depend on the time of evaluation. */
    @FunctionalInterface
    public interface Moment {
        /** Returns the moment, by this clock. */
        Instant by(Clock clock);
    }

    @Override
    public Moment convert(String given) {
        if (given.equals("now")) {
            return Clock::instant;
        }
        if (given.startsWith("+")) {
            Duration later = new DurationConverter().convert(given.substring(1));
            return clock -> clock.instant().plus(later);
        }
        try {
            Instant moment = Instant.parse(given);
            return _ -> moment;
        } catch (DateTimeParseException e) {
            throw new TypeConversionException(
                    "'" + given + "' (expected: a moment such as 2026-01-31T12:00:00Z, now, or +10m)");
        }
    }
}
