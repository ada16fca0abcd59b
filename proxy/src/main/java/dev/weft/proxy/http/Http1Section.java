package dev.weft.proxy.http;

import dev.weft.proxy.pieces.HeadMemory;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Collects the lines of a head or of a trailer section, up to and including the empty line. The result depends on the
 * octets alone, not on the pieces in which they arrive.
 */
final class Http1Section {
    private static final byte[] NOTHING = {};
    private static final int FIRST = 256;
    /** Most octets of a request line or a status line, with CRLF (414). */
    static final int MAX_FIRST_LINE = 8 * 1024;

    private final int maxFirstLine;
    private final int maxBytes;
    private final int maxLines;
    private byte[] bytes = NOTHING;
    private int count;
    private int lineStart;
    private int lines;
    private boolean whole;

    /** The state of the section after the octets so far. */
    enum Outcome {
        /** The empty line has not come. */
        INCOMPLETE,
        /** {@link #bytes} contains the lines and the empty line. */
        COMPLETE,
        /** The empty line is the first line. */
        EMPTY,
        /** A line feed without a carriage return. */
        BARE_LF,
        /** The first line is too long. */
        LONG_FIRST_LINE,
        /** More octets than allowed. */
        TOO_LARGE,
        /** More lines than allowed. */
        TOO_MANY_LINES
    }

    /** Makes an empty section. The limits include CRLFs and the empty line. */
    Http1Section(int maxFirstLine, int maxBytes, int maxLines) {
        this.maxFirstLine = maxFirstLine;
        this.maxBytes = maxBytes;
        this.maxLines = maxLines;
    }

    /** Makes an empty head, whose first line is no field. */
    static Http1Section ofHead(HeadLimits limits) {
        return new Http1Section(MAX_FIRST_LINE, limits.octets(), limits.fields() + 1);
    }

    /** Reads the octets of the data that belong to the section. */
    Outcome take(ByteBuf data) {
        int from = data.readerIndex();
        int end = data.writerIndex();
        int origin = from - count; // where the section begins, or would begin in this buffer
        int at = from;
        while (true) {
            int lf = data.indexOf(at, end, (byte) '\n');
            int position = (lf < 0 ? end : lf + 1) - origin; // octets of the section up to here
            if (lines == 0 && position > maxFirstLine) {
                return stop(data, origin + maxFirstLine, Outcome.LONG_FIRST_LINE);
            }
            if (position > maxBytes) {
                return stop(data, origin + maxBytes, Outcome.TOO_LARGE);
            }
            if (lf < 0) {
                append(data, end - from);
                return Outcome.INCOMPLETE;
            }
            if (before(data, lf, from) != '\r') {
                return stop(data, lf + 1, Outcome.BARE_LF);
            }
            if (position - lineStart == 2) {
                whole = count == 0;
                append(data, lf + 1 - from);
                return lines == 0 ? Outcome.EMPTY : Outcome.COMPLETE;
            }
            if (++lines > maxLines) {
                return stop(data, lf + 1, Outcome.TOO_MANY_LINES);
            }
            lineStart = position;
            at = lf + 1;
        }
    }

    private Outcome stop(ByteBuf data, int end, Outcome outcome) {
        append(data, Math.max(0, end - data.readerIndex()));
        return outcome;
    }

    private int before(ByteBuf data, int lf, int from) {
        if (lf > from) {
            return data.getByte(lf - 1);
        }
        return count > 0 ? bytes[count - 1] : 0;
    }

    private void append(ByteBuf data, int length) {
        if (count == 0 && whole) {
            bytes = new byte[length];
        } else if (count + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(count + length, Math.max(FIRST, 2 * bytes.length)));
        }
        data.readBytes(bytes, count, length);
        count += length;
    }

    /** The octets so far; the section ends at {@link #count}. */
    byte[] bytes() {
        return bytes;
    }

    /** What the octets so far count among the bytes that are held. */
    int held() {
        return HeadMemory.of(bytes.length);
    }

    /** The number of octets so far. */
    int count() {
        return count;
    }

    /** Whether a complete section was contained in the data taken last. */
    boolean whole() {
        return whole;
    }

    /** Begins the next section. The octets of the previous section are not changed any more. */
    void clear() {
        bytes = NOTHING;
        count = 0;
        lineStart = 0;
        lines = 0;
        whole = false;
    }
}
