package dev.weft.proxy.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One request as this sidecar saw it.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 of them
 * @param parentId 16 of them; empty for the first span of a trace
 * @param kind on which side
 * @param name one of a few: the method, or HTTP
 * @param attributes named as OpenTelemetry's conventions have it
 * @param failed whether it counts as an error on this side
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

    /** The side that a span is of. */
    enum Kind {
        /** The request came to the workload. */
        SERVER(2),
        /** The workload made it. */
        CLIENT(3);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** As OTLP has it. */
        int number() {
            return number;
        }
    }

    /** Something that is known of a request. */
    sealed interface Attribute {
        /** Its name. */
        String key();
    }

    /** A text. */
    record Text(String key, String value) implements Attribute {}

    /** A whole number. */
    record Whole(String key, long value) implements Attribute {}
}
