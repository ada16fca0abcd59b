package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameWriter;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.header.HeaderCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * What leaves a connection: DATA, which waits for its turn and for the peer's windows ({@link SendScheduler}), and all other frames,
 * which wait for none (RFC 9113 section 5.2.1).
 */
final class Outbound {
    private static final int SETTING_LENGTH = 6;
    /** Octets of a PING; those of a shutdown are others. */
    private static final long SIGN_OF_LIFE = 1;
    /** Unread octets are told of in steps of so many: of hardly any where the peer reads. */
    private static final long UNREAD_STEP = 64 * 1024;

    private final ChannelHandlerContext ctx;
    private final FrameWriter writer;
    private final SendScheduler scheduler;
    private final FloodGuard guard;
    private final HeaderCodec codec;
    private final PeerSettings peer;
    private final Flushes flushes;
    private long unreadSteps;

    Outbound(ChannelHandlerContext ctx, FloodGuard guard, HeaderCodec codec, PeerSettings peer, Flushes flushes) {
        this.ctx = ctx;
        this.writer = new FrameWriter(ctx);
        this.scheduler = new SendScheduler(ctx.channel());
        this.guard = guard;
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
        flushSoon();
    }

    /** Whether a DATA frame of so much may leave at once, as far as the connection is concerned. */
    boolean admits(int octets) {
        return octets <= peer.maxFrameSize() && scheduler.admits(octets);
    }

    /** Begins a DATA frame; its payload follows, written by {@link #writer}. */
    void data(int streamId, int length, boolean endStream) {
        scheduler.spend(length);
        guard.sent(length);
        writer.dataHeader(streamId, length, endStream);
    }

    FrameWriter writer() {
        return writer;
    }

    /** Octets that a stream may send in one turn, with a window of its own of so many. */
    int turn(int streamWindow) {
        return Math.min(SendScheduler.QUANTUM, Math.min(streamWindow, scheduler.window()));
    }

    /** Octets of one frame at the most. */
    int maxFrameSize() {
        return peer.maxFrameSize();
    }

    /** This one has data and an open window: it is told when its turn has come. */
    void awaitTurn(Http2Stream stream) {
        scheduler.add(stream);
        flushSoon();
    }

    /** Adds the peer's credit for the connection; false if the window would exceed its maximum (section 6.9.1). */
    boolean credit(int octets) {
        flushSoon();
        return scheduler.credit(octets);
    }

    /** Writes as much of what waits as windows and channel admit. */
    void drain() {
        scheduler.drain();
    }

    /** Sends what was written. */
    void flush() {
        writer.flush();
    }

    /** What was written leaves at the end of the loop's turn. */
    void flushSoon() {
        flushes.soon(ctx);
    }

    /** What was written leaves with the next that does. */
    void flushWithNext() {
        flushes.withNext(ctx);
    }

    /** What was written leaves at the end of the loop's next turn. */
    void flushAfterNextRead() {
        flushes.afterNextRead(ctx);
    }

    /** Octets that were written and that the peer has not read, of all frames. */
    long unread() {
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Whether they have become more or fewer by much since this was asked last. */
    boolean unreadChanged() {
        long before = unreadSteps;
        unreadSteps = unread() / UNREAD_STEP;
        return unreadSteps != before;
    }

    /** Lets go of what is not written yet. */
    void close() {
        writer.close();
        scheduler.close();
    }

    /** How many certificates this side has had. */
    void certificates(int count) {
        setting(writer.frame(Frames.SETTINGS, 0, 0, SETTING_LENGTH), Frames.SETTINGS_CERTIFICATES, count);
        flushSoon();
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
        flushSoon();
    }

    void windowUpdate(int streamId, int increment) {
        writer.frame(Frames.WINDOW_UPDATE, 0, streamId, 4).writeInt(increment);
        flushSoon();
    }

    void settingsAck() {
        writer.frame(Frames.SETTINGS, Frames.ACK, 0, 0);
        flushSoon();
    }

    void ping(boolean ack, long payload) {
        writer.frame(Frames.PING, ack ? Frames.ACK : 0, 0, 8).writeLong(payload);
        flushSoon();
    }

    void signOfLife() {
        ping(false, SIGN_OF_LIFE);
    }

    void goAway(int lastStreamId, ErrorCode code) {
        writer.frame(Frames.GOAWAY, 0, 0, 8).writeInt(lastStreamId).writeInt(code.number());
        flushSoon();
    }
}
