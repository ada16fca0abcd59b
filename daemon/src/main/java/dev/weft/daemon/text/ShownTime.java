package dev.weft.daemon.text;

import java.time.Instant;

/** Moments that a peer tells and that people see: only those that can be written in RFC 3339. */
public final class ShownTime {

    /** The last second of the year 9999; later times cannot be written in RFC 3339. */
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private ShownTime() {}

    /**
     * Returns the moment that many seconds after the epoch.
     *
     * @param what begins the message of the exception: who told the moment, and of what
     * @throws IllegalArgumentException if it is before the epoch, or cannot be written in RFC 3339
     */
    public static Instant ofEpochSecond(String what, long second) {
        if (second < 0 || second > LAST_SECOND) {
            throw new IllegalArgumentException(
                    what + " " + second + " (expected: seconds since the epoch, from 0 to " + LAST_SECOND + ")");
        }
        return Instant.ofEpochSecond(second);
    }
}
