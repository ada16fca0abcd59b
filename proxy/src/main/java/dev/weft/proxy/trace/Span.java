package dev.weft.proxy.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One request as this sidecar saw it.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param parentId 16 hexadecimal digits; empty for the first span of a trace
 * @param kind the side that the sidecar was on
 * @param name one of a few: the method, or HTTP
 * @param attributes named by OpenTelemetry's conventions
 * @param failed whether the request counts as an error on this side
 */
record Span(
        String traceId,
        String spanId,
        String parentId,
        Kind kind,
        String name,
        Instant start,
        Duration duration,
        List<Attribute> attributes,
        boolean failed) {

    /** The side that a span was recorded on. */
    enum Kind {
        /** The request came to the workload. */
        SERVER(2),
        /** The workload made the request. */
        CLIENT(3);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** Returns the number in OTLP. */
        int number() {
            return number;
        }
    }

    /** One fact about a request. */
    sealed interface Attribute {
        /** Returns the attribute's name. */
        String key();
    }

    /** A text attribute. */
    record Text(String key, String value) implements Attribute {}

    /** An integer attribute. */
    record Whole(String key, long value) implements Attribute {}
}
