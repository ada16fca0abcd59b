package dev.weft.proxy.control;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads when a server wants a call to be retried: {@code grpc-retry-pushback-ms}, gRFC A6. */
final class RetryPushback {
    static final String HEADER = "grpc-retry-pushback-ms";
    /** Longer times are cut to this: a faulty server must not stop a client for good. */
    static final Duration MOST = Duration.ofMinutes(1);

    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,9}");

    private RetryPushback() {}

    /** Returns the time of the header; empty if it is absent or malformed. */
    static Optional<Duration> in(@Nullable CharSequence header) {
        if (header == null || !MILLIS.matcher(header).matches()) {
            return Optional.empty();
        }
        Duration wanted = Duration.ofMillis(Long.parseLong(header.toString()));
        return Optional.of(wanted.compareTo(MOST) > 0 ? MOST : wanted);
    }
}
