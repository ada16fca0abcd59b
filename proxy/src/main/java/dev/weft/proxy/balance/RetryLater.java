package dev.weft.proxy.balance;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads for how long an endpoint asks to be left alone. Results are in nanoseconds, from 0 to {@link #MOST}. */
public final class RetryLater {
    /** The longest time for which an endpoint is left alone because it asks for it. */
    public static final Duration MOST = Duration.ofSeconds(60);

    private static final int BASE = 10;

    private RetryLater() {}

    /**
     * Reads a Retry-After field in seconds (RFC 9110 section 10.2.3). Returns 0 for a date, which depends on the
     * endpoint's clock, and for any other text.
     */
    public static long seconds(@Nullable CharSequence text) {
        return read(text, Duration.ofSeconds(1).toNanos());
    }

    /**
     * Reads a {@code grpc-retry-pushback-ms} field (gRPC proposal A6). Returns 0 for a negative number, which forbids
     * retries and asks for no time, and for any other text.
     */
    public static long millis(@Nullable CharSequence text) {
        return read(text, Duration.ofMillis(1).toNanos());
    }

    private static long read(@Nullable CharSequence text, long unit) {
        if (text == null || text.isEmpty()) {
            return 0;
        }
        long number = 0;
        long most = MOST.toNanos() / unit;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return 0;
            }
            number = Math.min(most, number * BASE + digit - '0');
        }
        return number * unit;
    }
}
