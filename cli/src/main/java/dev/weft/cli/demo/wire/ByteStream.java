package dev.weft.cli.demo.wire;

import java.io.ByteArrayOutputStream;
import java.util.TreeMap;

/**
 * Puts the bytes of one flow in order, whatever the order of its segments and however often each was sent. The stream
 * begins at the SYN, or at the first segment seen where the capture began later.
 */
final class ByteStream {

    /** Limit in bytes: the demo moves some hundred kilobytes, so a longer stream is not the demo's. */
    private static final int MAX_BYTES = 64 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TreeMap<Integer, byte[]> waiting = new TreeMap<>();
    private boolean begun;
    private int first;
    private boolean complete = true;

    void add(Segment segment) {
        if (segment.syn()) {
            begun = true;
            first = segment.sequence() + 1;
            return;
        }
        if (!segment.payload().hasRemaining()) {
            return;
        }
        if (!begun) {
            begun = true;
            first = segment.sequence();
        }
        // Sequence numbers wrap (RFC 9293 section 3.4); the difference to the first one does not, up to 2 GiB.
        int offset = segment.sequence() - first;
        if (offset < 0 || bytes.size() + segment.payload().remaining() > MAX_BYTES) {
            complete = false;
            return;
        }
        byte[] payload = new byte[segment.payload().remaining()];
        segment.payload().duplicate().get(payload);
        waiting.merge(offset, payload, (a, b) -> a.length >= b.length ? a : b);
        takeWhatIsNext();
    }

    private void takeWhatIsNext() {
        while (!waiting.isEmpty() && waiting.firstKey() <= bytes.size()) {
            var entry = waiting.pollFirstEntry();
            int known = bytes.size() - entry.getKey();
            byte[] payload = entry.getValue();
            if (known < payload.length) {
                bytes.write(payload, known, payload.length - known);
            }
        }
    }

    /** Whether no byte between the first and the last byte seen is missing. */
    boolean complete() {
        return complete && waiting.isEmpty();
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
