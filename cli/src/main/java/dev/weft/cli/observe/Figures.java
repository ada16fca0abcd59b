package dev.weft.cli.observe;

import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table.Cell;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats rates and times for people, with at most three digits where that suffices. */
public final class Figures {

    /** Stands for a value that is not known or does not apply. */
    public static final String NONE = "-";

    /** Stands for the rate of requests where a sidecar passes bytes unread. */
    public static final String UNREAD = "unread";

    private static final double PERCENT = 100;
    private static final double WELL = 0.99;
    private static final double BADLY = 0.95;
    private static final double MILLIS = 1000;

    private Figures() {}

    /** {@code 0}, {@code 0.02}, {@code 1.5}, {@code 24}, {@code 1200}. */
    public static String rate(@Nullable Double perSecond) {
        return perSecond == null ? NONE : perSecond == 0 ? "0" : digits(perSecond);
    }

    /** Formats requests per second, or says that requests are not read. */
    public static Cell requests(Rates rates) {
        return rates.judged() ? Cell.of(rate(rates.requestsPerSecond())) : new Cell(UNREAD, Style.FAINT);
    }

    /** Formats refusals per second, in colour where there are any. */
    public static Cell refused(@Nullable Double perSecond) {
        return new Cell(rate(perSecond), perSecond != null && perSecond > 0 ? Style.BAD : Style.PLAIN);
    }

    /** Formats a share such as {@code 99.95%}; {@code 100%} only if nothing failed. */
    public static Cell success(@Nullable Double share) {
        if (share == null) {
            return Cell.of(NONE);
        }
        String text =
                share == 1 ? "100%" : String.format(Locale.ROOT, "%.2f%%", Math.min(share * PERCENT, PERCENT - 0.01));
        return new Cell(text, share >= WELL ? Style.GOOD : share >= BADLY ? Style.WARNING : Style.BAD);
    }

    /** {@code 350µs}, {@code 4.2ms}, {@code 1.3s}. */
    public static String time(@Nullable Double millis) {
        if (millis == null) {
            return NONE;
        }
        if (millis < 1) {
            return Math.round(millis * MILLIS) + "µs";
        }
        return millis < MILLIS ? digits(millis) + "ms" : digits(millis / MILLIS) + "s";
    }

    /** {@code 1.5 KiB}. */
    public static String bytes(@Nullable Double perSecond) {
        return perSecond == null ? NONE : Human.bytes(Math.round(perSecond));
    }

    private static String digits(double value) {
        if (value >= 100) {
            return Long.toString(Math.round(value));
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.0f" : value >= 1 ? "%.1f" : "%.2f", value);
    }
}
