package dev.weft.cli.screen;

import java.time.Duration;
import java.time.Instant;

/** Formats times and sizes for people: one or two units, rounded down. */
public final class Human {

    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final int SIZE_STEP = 1024;

    private Human() {}

    /** {@code "in 23h"}, {@code "3m ago"}, {@code "now"}. */
    public static String relative(Instant moment, Instant now) {
        Duration distance = Duration.between(now, moment);
        if (distance.abs().compareTo(Duration.ofSeconds(1)) < 0) {
            return "now";
        }
        return distance.isNegative() ? duration(distance.abs()) + " ago" : "in " + duration(distance);
    }

    /**
     * {@code "45s"}, {@code "2m 5s"}, {@code "23h"}, {@code "12d"}, {@code "9y 364d"}: with seconds under ten minutes,
     * with minutes under ten hours, in hours under two days, in days under two years.
     */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 600) {
            return two(seconds / 60, "m", seconds % 60, "s");
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        if (seconds < 36_000) {
            return two(seconds / 3600, "h", seconds % 3600 / 60, "m");
        }
        if (seconds < 172_800) {
            return seconds / 3600 + "h";
        }
        long days = seconds / 86_400;
        return days < 730 ? days + "d" : two(days / 365, "y", days % 365, "d");
    }

    private static String two(long first, String firstUnit, long second, String secondUnit) {
        return second == 0 ? first + firstUnit : first + firstUnit + " " + second + secondUnit;
    }

    /** {@code "812 B"}, {@code "1.5 KiB"}, {@code "23 MiB"}. */
    public static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= SIZE_STEP && unit < SIZES.length - 1) {
            size /= SIZE_STEP;
            unit++;
        }
        boolean fraction = unit > 0 && size < 10;
        return fraction ? Math.floor(size * 10) / 10 + " " + SIZES[unit] : (long) size + " " + SIZES[unit];
    }

    /** {@code "1 connection"}, {@code "2 connections"}. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
