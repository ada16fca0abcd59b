package dev.weft.proxy.trace;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Encodes spans as an ExportTraceServiceRequest of OTLP 1.x, with the field numbers of opentelemetry-proto. Written by
 * hand, because the SDK of OpenTelemetry is several times as large as everything else that a sidecar needs for this.
 *
 * @param workload namespace/name of the workload served
 * @param version version of the sidecar
 */
record OtlpMessage(String workload, String version) {
    private static final HexFormat HEX = HexFormat.of();
    private static final int ERROR = 2;

    byte[] of(List<Span> spans) {
        int slash = workload.indexOf('/');
        ProtoWriter resource = new ProtoWriter()
                .message(1, text("service.namespace", workload.substring(0, slash)))
                .message(1, text("service.name", workload.substring(slash + 1)));
        ProtoWriter scope =
                new ProtoWriter().message(1, new ProtoWriter().text(1, "weft").text(2, version));
        spans.forEach(span -> scope.message(2, of(span)));
        ProtoWriter ofResource = new ProtoWriter().message(1, resource).message(2, scope);
        return new ProtoWriter().message(1, ofResource).toBytes();
    }

    private static ProtoWriter of(Span span) {
        ProtoWriter message =
                new ProtoWriter().bytes(1, HEX.parseHex(span.traceId())).bytes(2, HEX.parseHex(span.spanId()));
        if (!span.parentId().isEmpty()) {
            message.bytes(4, HEX.parseHex(span.parentId()));
        }
        message.text(5, span.name())
                .number(6, span.kind().number())
                .fixed64(7, nanos(span.start()))
                .fixed64(8, nanos(span.start().plus(span.duration())));
        span.attributes().forEach(attribute -> message.message(9, of(attribute)));
        if (span.failed()) {
            message.message(15, new ProtoWriter().number(3, ERROR));
        }
        return message;
    }

    private static ProtoWriter of(Span.Attribute attribute) {
        return switch (attribute) {
            case Span.Text(String key, String value) -> text(key, value);
            case Span.Whole(String key, long value) ->
                new ProtoWriter().text(1, key).message(2, new ProtoWriter().number(3, value));
        };
    }

    private static ProtoWriter text(String key, String value) {
        return new ProtoWriter().text(1, key).message(2, new ProtoWriter().text(1, value));
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }
}
