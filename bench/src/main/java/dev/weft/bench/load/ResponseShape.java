package dev.weft.bench.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The length of the answer to a path, including its header. nginx answers the same file with the same number of bytes
 * each time. So the header is read once and bytes are only counted later: the generator must cost less than what it
 * measures.
 */
final class ResponseShape {
    private static final int MAX_HEADER_BYTES = 8192;
    private static final String HEADER_END = "\r\n\r\n";
    private static final String LENGTH = "\r\ncontent-length:";

    private long totalBytes;

    /** Length of a whole answer in bytes; 0 until a header was read. */
    long totalBytes() {
        return totalBytes;
    }

    /**
     * Looks for the length in the received part of the first answer.
     *
     * @return whether the length is known now
     * @throws IllegalStateException if this is not an answer with a length
     */
    boolean learn(ByteBuf received) {
        if (totalBytes > 0) {
            return true;
        }
        int readable = Math.min(received.readableBytes(), MAX_HEADER_BYTES);
        String text = received.toString(received.readerIndex(), readable, StandardCharsets.ISO_8859_1);
        int end = text.indexOf(HEADER_END);
        if (end < 0) {
            if (readable == MAX_HEADER_BYTES) {
                throw new IllegalStateException("answer: no end of its header in " + MAX_HEADER_BYTES + " bytes");
            }
            return false;
        }
        String header = text.substring(0, end).toLowerCase(Locale.ROOT) + "\r\n";
        int length = header.indexOf(LENGTH);
        if (!header.startsWith("http/1.1 200") || length < 0) {
            throw new IllegalStateException("answer: '"
                    + text.lines().findFirst().orElse("") + "' (expected: HTTP/1.1 200 with a Content-Length)");
        }
        int from = length + LENGTH.length();
        long body = Long.parseLong(
                header.substring(from, header.indexOf('\r', from)).trim());
        totalBytes = end + HEADER_END.length() + body;
        return true;
    }
}
