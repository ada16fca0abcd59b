package dev.weft.proxy.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The state of renewal of the workload's certificate.
 *
 * @param notAfter when the certificate held ends; null before the first
 * @param nextTry when the next renewal, or attempt at one, is due
 * @param failures number of failed attempts in a row; 0 when all is well
 * @param failingSince when the first of them failed
 * @param reason why the last one failed
 */
public record RenewalHealth(
        @Nullable Instant notAfter,
        @Nullable Instant nextTry,
        int failures,
        @Nullable Instant failingSince,
        @Nullable String reason) {
    /** Error code of a failing renewal, in logs, on the admin pages, and in docs/errors.md. */
    public static final String CODE = "WEFT-D022";

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    static final RenewalHealth AT_START = new RenewalHealth(null, null, 0, null, null);

    static RenewalHealth renewed(Instant notAfter, Instant due) {
        return new RenewalHealth(notAfter, due, 0, null, null);
    }

    /** Returns the state after one more failure. */
    RenewalHealth failed(String why, Instant now, Instant again) {
        return new RenewalHealth(notAfter, again, failures + 1, failures == 0 ? now : failingSince, why);
    }

    /** Returns the time to the certificate's end: negative after it, zero if there is no certificate. */
    public Duration left(Instant now) {
        return notAfter == null ? Duration.ZERO : Duration.between(now, notAfter);
    }

    /** Returns the reason without the parts that differ each time, such as the time of day; empty when all is well. */
    String gist() {
        return reason == null ? "" : NUMBER.matcher(reason).replaceAll("#");
    }

    /** Returns what is failing, and what will break when; empty when all is well. */
    public Optional<String> warning(Instant now) {
        if (failures == 0) {
            return Optional.empty();
        }
        String tried = "no certificate in " + failures + (failures == 1 ? " attempt" : " attempts") + " since "
                + since() + ": " + reason;
        if (notAfter == null) {
            return Optional.of(CODE + ": " + tried);
        }
        Duration left = left(now);
        String end = left.isPositive()
                ? "the certificate ends in " + inWords(left) + ", at " + notAfter + ", and all tunnels with it"
                : "the certificate ended at " + notAfter + ", no tunnel can be made";
        return Optional.of(CODE + ": " + end + "; " + tried);
    }

    private @Nullable Instant since() {
        return failingSince == null ? null : failingSince.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String inWords(Duration left) {
        if (left.toHours() > 0) {
            return left.toHours() + " h " + left.toMinutesPart() + " min";
        }
        return left.toMinutes() > 0 ? left.toMinutes() + " min" : left.toSeconds() + " s";
    }
}
