package dev.weft.proxy.trace;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
    private static final int SERVER = 2;
    private static final int CLIENT = 3;
    private static final int ERROR = 2;
    private static final int BUFFER_BYTES = 64;

    /** Writes the fields of one message. */
    @FunctionalInterface
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // A message is small, and a span has some 30 of them: the usual buffer of 4 KiB for each would be much garbage.
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, BUFFER_BYTES);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    byte[] of(List<Span> spans) throws IOException {
        int slash = workload.indexOf('/');
        byte[] resource = message(out -> {
            out.writeByteArray(1, text("service.namespace", workload.substring(0, slash)));
            out.writeByteArray(1, text("service.name", workload.substring(slash + 1)));
        });
        byte[] weft = message(out -> {
            out.writeString(1, "weft");
            out.writeString(2, version);
        });
        byte[] scope = message(out -> {
            out.writeByteArray(1, weft);
            for (Span span : spans) {
                out.writeByteArray(2, of(span));
            }
        });
        byte[] ofResource = message(out -> {
            out.writeByteArray(1, resource);
            out.writeByteArray(2, scope);
        });
        return message(out -> out.writeByteArray(1, ofResource));
    }

    private static byte[] of(Span span) throws IOException {
        return message(out -> {
            out.writeByteArray(1, HEX.parseHex(span.traceId()));
            out.writeByteArray(2, HEX.parseHex(span.spanId()));
            if (!span.parentId().isEmpty()) {
                out.writeByteArray(4, HEX.parseHex(span.parentId()));
            }
            out.writeString(5, span.name());
            out.writeEnum(6, span.served() ? SERVER : CLIENT);
            out.writeFixed64(7, nanos(span.start()));
            out.writeFixed64(8, nanos(span.start().plus(span.duration())));
            for (Span.Attribute attribute : span.attributes()) {
                out.writeByteArray(9, of(attribute));
            }
            if (span.failed()) {
                out.writeByteArray(15, message(status -> status.writeEnum(3, ERROR)));
            }
        });
    }

    private static byte[] of(Span.Attribute attribute) throws IOException {
        String text = attribute.text();
        return text == null
                ? attribute(attribute.key(), value -> value.writeInt64(3, attribute.number()))
                : text(attribute.key(), text);
    }

    private static byte[] text(String key, String text) throws IOException {
        return attribute(key, value -> value.writeString(1, text));
    }

    private static byte[] attribute(String key, Fields value) throws IOException {
        return message(out -> {
            out.writeString(1, key);
            out.writeByteArray(2, message(value));
        });
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }
}
