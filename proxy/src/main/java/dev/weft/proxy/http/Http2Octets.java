package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Writes the gate's own frames (RFC 9113 section 6). */
final class Http2Octets {
    private static final int MOST_DEBUG_DATA = 256;

    private Http2Octets() {}

    /** Returns a SETTINGS frame without settings. */
    static ByteBuf settings() {
        ByteBuf frame = ByteBufAllocator.DEFAULT.buffer(Frames.HEADER_LENGTH);
        Frames.header(frame, Frames.SETTINGS, 0, 0, 0);
        return frame;
    }

    static ByteBuf reset(int streamId, ErrorCode code) {
        return of(Frames.RST_STREAM, streamId, code.number());
    }

    static ByteBuf ping(long content) {
        ByteBuf frame = ByteBufAllocator.DEFAULT.buffer(Frames.HEADER_LENGTH + Long.BYTES);
        Frames.header(frame, Frames.PING, 0, 0, Long.BYTES);
        return frame.writeLong(content);
    }

    static ByteBuf windowUpdate(int streamId, int increment) {
        return of(Frames.WINDOW_UPDATE, streamId, increment);
    }

    private static ByteBuf of(int type, int streamId, int payload) {
        ByteBuf frame = ByteBufAllocator.DEFAULT.buffer(Frames.HEADER_LENGTH + Integer.BYTES);
        Frames.header(frame, type, 0, streamId, Integer.BYTES);
        return frame.writeInt(payload);
    }

    static ByteBuf goAway(int lastStreamId, ErrorCode code, String text) {
        String debug = text.length() > MOST_DEBUG_DATA ? text.substring(0, MOST_DEBUG_DATA) : text;
        ByteBuf frame = ByteBufAllocator.DEFAULT.buffer();
        Frames.header(frame, Frames.GOAWAY, 0, 0, 2 * Integer.BYTES + debug.length());
        frame.writeInt(lastStreamId).writeInt(code.number());
        frame.writeCharSequence(debug, StandardCharsets.US_ASCII);
        return frame;
    }

    /** Appends a header block as HEADERS, and as CONTINUATION if it is larger than the frame that every peer accepts. */
    static void headers(ByteBuf to, int streamId, ByteBuf block, boolean endStream) {
        int type = Frames.HEADERS;
        int flags = endStream ? Frames.END_STREAM : 0;
        do {
            int n = Math.min(block.readableBytes(), Http2Gate.LEAST_MAX_FRAME_SIZE);
            boolean last = n == block.readableBytes();
            Frames.header(to, type, flags | (last ? Frames.END_HEADERS : 0), streamId, n);
            to.writeBytes(block, n);
            type = Frames.CONTINUATION;
            flags = 0;
        } while (block.isReadable());
    }
}
