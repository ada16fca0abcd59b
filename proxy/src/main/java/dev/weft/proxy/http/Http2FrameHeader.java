package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The header of a frame, with the first octets of its payload if they decide whether it may pass: the pad length of
 * DATA, the increment of WINDOW_UPDATE, the code of RST_STREAM, the last stream of GOAWAY, and the content of PING. It
 * may come in pieces.
 */
final class Http2FrameHeader {
    private static final int NUMBER = 4;
    private static final int PING = 8;

    private final byte[] pieces = new byte[Frames.HEADER_LENGTH + PING];
    private int kept;
    private boolean whole;

    private int type;
    private int flags;
    private int streamId;
    private int length;
    /** Octets of the payload that belong to this header. */
    private int inner;

    private int padding;
    private int number;
    private long ping;

    int type() {
        return type;
    }

    int flags() {
        return flags;
    }

    int streamId() {
        return streamId;
    }

    /** Octets of the frame's payload. */
    int length() {
        return length;
    }

    boolean endsStream() {
        return (flags & Frames.END_STREAM) != 0;
    }

    /** Octets of a DATA frame's payload that are not padding. */
    int content() {
        return length - padding;
    }

    /** The number that a WINDOW_UPDATE, RST_STREAM or GOAWAY of the right length begins with. */
    int number() {
        return number;
    }

    /** The content of a PING of the right length. */
    long ping() {
        return ping;
    }

    /** Octets of the payload that come after this header. */
    int rest() {
        return length - inner;
    }

    /** Whether the header came in pieces, so that it leaves as a {@link #copy}. */
    boolean inPieces() {
        return kept > 0;
    }

    ByteBuf copy() {
        return Unpooled.copiedBuffer(pieces, 0, kept);
    }

    /** Reads on; returns whether the header is whole. The next call begins another header. */
    boolean read(ByteBuf data) throws Http2Violation {
        if (whole) {
            whole = false;
            kept = 0;
        }
        if (kept == 0 && data.readableBytes() >= Frames.HEADER_LENGTH) {
            int start = data.readerIndex();
            parse(data);
            if (data.readableBytes() >= inner) {
                parseInner(data);
                whole = true;
                return true;
            }
            data.readerIndex(start);
        }
        if (fill(data, Frames.HEADER_LENGTH)) {
            ByteBuf all = Unpooled.wrappedBuffer(pieces);
            parse(all);
            if (fill(data, Frames.HEADER_LENGTH + inner)) {
                parseInner(all);
                whole = true;
            }
        }
        return whole;
    }

    private boolean fill(ByteBuf data, int upTo) {
        int n = Math.min(upTo - kept, data.readableBytes());
        if (n > 0) {
            data.readBytes(pieces, kept, n);
            kept += n;
        }
        return kept >= upTo;
    }

    private void parse(ByteBuf data) {
        long first = data.readLong();
        length = (int) (first >>> 40);
        type = (int) (first >>> 32) & 0xff;
        flags = (int) (first >>> 24) & 0xff;
        streamId = ((int) (first << 8) | (data.readByte() & 0xff)) & 0x7fff_ffff;
        padding = 0;
        inner = switch (type) {
            case Frames.DATA -> (flags & Frames.PADDED) == 0 ? 0 : Math.min(1, length);
            case Frames.RST_STREAM, Frames.WINDOW_UPDATE -> length == NUMBER ? NUMBER : 0;
            case Frames.GOAWAY -> length < NUMBER ? 0 : NUMBER;
            case Frames.PING -> length == PING ? PING : 0;
            default -> 0;
        };
    }

    private void parseInner(ByteBuf data) throws Http2Violation {
        if (inner == NUMBER) {
            number = data.readInt();
        } else if (inner == PING) {
            ping = data.readLong();
        } else if (type == Frames.DATA && (flags & Frames.PADDED) != 0) {
            if (length == 0) {
                throw Http2Violation.connection(
                        ErrorCode.FRAME_SIZE_ERROR, "padded DATA without its pad length (section 6.1)");
            }
            padding = 1 + data.readUnsignedByte();
            if (padding > length) {
                throw FrameRules.protocol("DATA with more padding than payload (section 6.1)");
            }
        }
    }
}
