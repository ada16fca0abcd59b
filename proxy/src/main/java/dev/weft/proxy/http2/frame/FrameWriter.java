package dev.weft.proxy.http2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames into the channel. Frame headers and small payloads are copied into one buffer of the size of a TLS
 * record, so that the small writes of many streams leave as one record. Large payloads follow without a copy.
 */
public final class FrameWriter {
    /** Most plaintext octets of a TLS record (RFC 8446 section 5.1). */
    private static final int RECORD = 16_384;
    /** Payloads up to this size are copied, which is cheaper than another record or a composite buffer. */
    private static final int SMALL = 4096;
    /** Buffer size while the peer does not read, so that little memory is reserved beyond the written octets. */
    private static final int UNREAD = 1024;
    /** Buffer size for a header alone, followed by a large payload. */
    private static final int HEADER_ONLY = 64;

    private final ChannelHandlerContext ctx;
    private @Nullable ByteBuf out;
    private boolean unflushed;

    public FrameWriter(ChannelHandlerContext ctx) {
        this.ctx = ctx;
    }

    /** Writes a frame's header and reserves room for its payload, which the caller writes into the result. */
    public ByteBuf frame(int type, int flags, int streamId, int length) {
        return header(type, flags, streamId, length, Frames.HEADER_LENGTH + length, RECORD);
    }

    /** Writes the header of a DATA frame whose payload the caller passes to {@link #payload}, in one or more parts. */
    public void dataHeader(int streamId, int length, boolean endStream) {
        header(
                Frames.DATA,
                endStream ? Frames.END_STREAM : 0,
                streamId,
                length,
                Frames.HEADER_LENGTH,
                length > SMALL ? HEADER_ONLY : RECORD);
    }

    /** Writes a part of the payload; takes ownership. */
    public void payload(ByteBuf part) {
        int n = part.readableBytes();
        if (n <= SMALL) {
            reserve(n, RECORD).writeBytes(part);
            part.release();
        } else {
            handOver();
            unflushed = true;
            ChannelFuture _ = ctx.write(part, ctx.voidPromise());
        }
    }

    public void flush() {
        handOver();
        if (unflushed) {
            unflushed = false;
            ctx.flush();
        }
    }

    public void close() {
        if (out != null) {
            out.release();
            out = null;
        }
    }

    private ByteBuf header(int type, int flags, int streamId, int length, int room, int capacity) {
        ByteBuf buffer = reserve(room, capacity);
        Frames.header(buffer, type, flags, streamId, length);
        return buffer;
    }

    private ByteBuf reserve(int n, int capacity) {
        ByteBuf buffer = out;
        if (buffer != null) {
            if (buffer.writableBytes() >= n) {
                return buffer;
            }
            handOver();
        }
        int room = ctx.channel().isWritable() ? capacity : Math.min(capacity, UNREAD);
        buffer = ctx.alloc().ioBuffer(Math.max(n, room));
        out = buffer;
        return buffer;
    }

    private void handOver() {
        ByteBuf buffer = out;
        if (buffer != null) {
            out = null;
            unflushed = true;
            ChannelFuture _ = ctx.write(buffer, ctx.voidPromise());
        }
    }
}
