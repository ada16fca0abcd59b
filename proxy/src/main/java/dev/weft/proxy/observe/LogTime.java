package dev.weft.proxy.observe;

import java.time.Instant;

/**
 * Formats instants as {@link Instant#toString} does. Most lines of a log have the same second, so its text is kept. Not
 * safe for use by several threads.
 */
final class LogTime {
    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    private long second = Long.MIN_VALUE;
    private String upToSecond = "";

    String text(Instant moment) {
        if (moment.getEpochSecond() != second) {
            second = moment.getEpochSecond();
            String whole = Instant.ofEpochSecond(second).toString();
            upToSecond = whole.substring(0, whole.length() - 1);
        }
        int nanos = moment.getNano();
        return nanos == 0 ? upToSecond + "Z" : upToSecond + fraction(nanos) + "Z";
    }

    /** Returns a dot and three, six or nine digits, as few as are exact. */
    private static String fraction(int nanos) {
        int unit = nanos % NANOS_PER_MILLI == 0 ? NANOS_PER_MILLI : nanos % NANOS_PER_MICRO == 0 ? NANOS_PER_MICRO : 1;
        String digits = Integer.toString((nanos + NANOS_PER_SECOND) / unit); // a leading 1 keeps the zeros
        return "." + digits.substring(1);
    }
}
