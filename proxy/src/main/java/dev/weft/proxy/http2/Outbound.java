package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameWriter;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.header.HeaderCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Headers;

/** Writes the frames that are not DATA; they wait for no window (RFC 9113 section 5.2.1). */
final class Outbound {
    private static final int SETTING_LENGTH = 6;

    private final ChannelHandlerContext ctx;
    private final FrameWriter writer;
    private final HeaderCodec codec;
    private final PeerSettings peer;
    private final Flushes flushes;

    Outbound(ChannelHandlerContext ctx, FrameWriter writer, HeaderCodec codec, PeerSettings peer, Flushes flushes) {
        this.ctx = ctx;
        this.writer = writer;
        this.codec = codec;
        this.peer = peer;
        this.flushes = flushes;
    }

    /** The preface (section 3.4), our settings, and the connection's window. */
    void preface(Http2Settings settings, boolean server, boolean requests) {
        if (!server) {
            ChannelFuture _ = ctx.write(ByteBufUtil.writeAscii(ctx.alloc(), Frames.PREFACE), ctx.voidPromise());
        }
        ByteBuf frame = writer.frame(Frames.SETTINGS, 0, 0, (requests ? 5 : 4) * SETTING_LENGTH);
        if (server) {
            setting(frame, Frames.SETTINGS_MAX_CONCURRENT_STREAMS, settings.maxConcurrentStreams());
        } else {
            setting(frame, Frames.SETTINGS_ENABLE_PUSH, 0);
        }
        setting(frame, Frames.SETTINGS_INITIAL_WINDOW_SIZE, settings.streamWindow());
        setting(frame, Frames.SETTINGS_MAX_FRAME_SIZE, settings.maxFrameSize());
        setting(frame, Frames.SETTINGS_MAX_HEADER_LIST_SIZE, settings.maxHeaderListSize());
        if (requests) {
            setting(frame, Frames.SETTINGS_REQUESTS, 1);
        }
        if (settings.connectionWindow() > Http2Settings.DEFAULT_WINDOW) {
            windowUpdate(0, settings.connectionWindow() - Http2Settings.DEFAULT_WINDOW);
        }
        flushes.soon(ctx);
    }

    /** How many certificates this side has had. */
    void certificates(int count) {
        setting(writer.frame(Frames.SETTINGS, 0, 0, SETTING_LENGTH), Frames.SETTINGS_CERTIFICATES, count);
        flushes.soon(ctx);
    }

    private static void setting(ByteBuf frame, int id, int value) {
        frame.writeShort(id).writeInt(value);
    }

    /** Leaves when the caller says so. */
    void headers(int streamId, Http2Headers headers, boolean endStream) {
        ByteBuf block = codec.encode(ctx.alloc(), streamId, headers);
        try {
            int max = peer.maxFrameSize();
            int type = Frames.HEADERS;
            int flags = endStream ? Frames.END_STREAM : 0;
            do {
                int n = Math.min(max, block.readableBytes());
                int end = n == block.readableBytes() ? Frames.END_HEADERS : 0;
                writer.frame(type, flags | end, streamId, n).writeBytes(block, n);
                type = Frames.CONTINUATION;
                flags = 0;
            } while (block.isReadable());
        } finally {
            block.release();
        }
    }

    void reset(int streamId, ErrorCode code) {
        writer.frame(Frames.RST_STREAM, 0, streamId, 4).writeInt(code.number());
        flushes.soon(ctx);
    }

    void windowUpdate(int streamId, int increment) {
        writer.frame(Frames.WINDOW_UPDATE, 0, streamId, 4).writeInt(increment);
        flushes.soon(ctx);
    }

    void settingsAck() {
        writer.frame(Frames.SETTINGS, Frames.ACK, 0, 0);
        flushes.soon(ctx);
    }

    void ping(boolean ack, long payload) {
        writer.frame(Frames.PING, ack ? Frames.ACK : 0, 0, 8).writeLong(payload);
        flushes.soon(ctx);
    }

    void goAway(int lastStreamId, ErrorCode code) {
        writer.frame(Frames.GOAWAY, 0, 0, 8).writeInt(lastStreamId).writeInt(code.number());
        flushes.soon(ctx);
    }
}
