package dev.weft.proxy.requests;

import dev.weft.proxy.http.Http2Head;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalUnit;
import org.jspecify.annotations.Nullable;

/** Reads how long the caller of a gRPC call waits for its end, from the header {@code grpc-timeout}. */
final class GrpcDeadline {
    private static final String HEADER = "grpc-timeout";
    private static final int MOST_DIGITS = 8;

    private GrpcDeadline() {}

    /**
     * Returns the time that the call may take: at most eight digits and a unit (gRPC over HTTP/2, "Requests"). Zero if
     * there is none, or none that can be read: then the called application judges it.
     */
    static Duration of(Http2Headers headers) {
        CharSequence text = headers.get(HEADER);
        if (text == null || text.isEmpty()) {
            return Duration.ZERO;
        }
        int digits = text.length() - 1;
        long value = Http2Head.number(text, digits, MOST_DIGITS);
        TemporalUnit unit = unit(text.charAt(digits));
        return value < 0 || unit == null ? Duration.ZERO : Duration.of(value, unit);
    }

    private static @Nullable TemporalUnit unit(char letter) {
        return switch (letter) {
            case 'H' -> ChronoUnit.HOURS;
            case 'M' -> ChronoUnit.MINUTES;
            case 'S' -> ChronoUnit.SECONDS;
            case 'm' -> ChronoUnit.MILLIS;
            case 'u' -> ChronoUnit.MICROS;
            case 'n' -> ChronoUnit.NANOS;
            default -> null;
        };
    }
}
