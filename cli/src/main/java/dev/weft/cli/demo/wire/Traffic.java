package dev.weft.cli.demo.wire;

import dev.weft.cli.demo.wire.Segment.Flow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The TCP streams that were seen on a link. */
public final class Traffic {

    private final Map<Flow, ByteStream> streams = new LinkedHashMap<>();

    void add(byte[] frame) {
        Segment.parse(frame)
                .ifPresent(segment -> streams.computeIfAbsent(segment.flow(), flow -> new ByteStream())
                        .add(segment));
    }

    /** Returns the number of bytes of TCP payload; a byte that was sent again counts once. */
    public long bytes() {
        return streams.values().stream()
                .mapToLong(stream -> stream.bytes().length)
                .sum();
    }

    /** Whether the capture has every byte of every stream. */
    public boolean complete() {
        return streams.values().stream().allMatch(ByteStream::complete);
    }

    /** Returns how many bytes of the streams are part of an occurrence of the marker. */
    public long bytesOf(byte[] marker) {
        return streams.values().stream()
                .mapToLong(stream -> (long) occurrences(stream.bytes(), marker) * marker.length)
                .sum();
    }

    /** Returns every stream that carries bytes, read as TLS records. */
    public List<TlsRecords> tls() {
        return streams.values().stream()
                .map(ByteStream::bytes)
                .filter(bytes -> bytes.length > 0)
                .map(TlsRecords::of)
                .toList();
    }

    private static int occurrences(byte[] text, byte[] marker) {
        int found = 0;
        for (int i = 0; i + marker.length <= text.length; i++) {
            int j = 0;
            while (j < marker.length && text[i + j] == marker[j]) {
                j++;
            }
            if (j == marker.length) {
                found++;
                i += marker.length - 1;
            }
        }
        return found;
    }
}
