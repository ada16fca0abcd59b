package dev.weft.proxy.trace;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request as this sidecar saw it.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param parentId 16 hexadecimal digits; empty for the first span of a trace
 * @param served whether the request came to the workload; otherwise the workload made it
 * @param name one of a few: the method, or HTTP
 * @param attributes named by OpenTelemetry's conventions
 * @param failed whether the request counts as an error on this side
 */
record Span(
        String traceId,
        String spanId,
        String parentId,
        boolean served,
        String name,
        Instant start,
        Duration duration,
        List<Attribute> attributes,
        boolean failed) {

    /**
     * One fact about a request.
     *
     * @param text null if the fact is the number
     */
    record Attribute(String key, @Nullable String text, long number) {}
}
