package dev.weft.cli.check;

import dev.weft.cli.screen.Human;
import java.time.Duration;
import java.time.Instant;

/** The lifetime of a certificate. */
record Lifetime(Instant from, Instant to) {

    static Lifetime ofSeconds(long from, long to) {
        return new Lifetime(Instant.ofEpochSecond(from), Instant.ofEpochSecond(to));
    }

    boolean ended(Instant now) {
        return !now.isBefore(to);
    }

    /** Whether less than this fraction of the lifetime is left. */
    boolean lessLeft(double part, Instant now) {
        return Duration.between(now, to).toMillis()
                < part * Duration.between(from, to).toMillis();
    }

    /** Returns the remaining time, for example {@code "ends in 20d, of 365d"}. */
    String text(Instant now) {
        return ended(now)
                ? "ended " + Human.relative(to, now)
                : "ends " + Human.relative(to, now) + ", of " + Human.duration(Duration.between(from, to));
    }
}
