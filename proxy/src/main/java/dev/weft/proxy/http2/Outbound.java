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
import java.util.ArrayDeque;

/**
 * The sending side of a connection. DATA waits for its turn and for the peer's windows (RFC 9113 section 5.2): streams
 * take turns, with a quantum each, while the connection's window is open and the channel accepts more. So one bulk
 * stream does not starve the others, and no data piles up in the channel of a peer that does not read. Other frames wait
 * for nothing (section 5.2.1).
 */
final class Outbound {
    /** Most octets of one stream in one turn. */
    static final int QUANTUM = 64 * 1024;

    private static final int SETTING_LENGTH = 6;
    /** Payload of a PING that checks whether the peer is alive; a shutdown uses another payload. */
    private static final long SIGN_OF_LIFE = 1;
    /**
     * Changes of the unread octets are reported in steps of this size. If the peer reads, there are hardly any changes.
     */
    private static final long UNREAD_STEP = 64 * 1024;

    private final ChannelHandlerContext ctx;
    private final FrameWriter writer;
    private final FloodGuard guard;
    private final HeaderCodec codec;
    private final PeerSettings peer;
    private final Flushes flushes;
    /** Streams that have data and an open window of their own. */
    private final ArrayDeque<Http2Stream> ready = new ArrayDeque<>();
    /** Octets of DATA that the peer allows on the connection. */
    private int window = Http2Settings.DEFAULT_WINDOW;

    private long held;

    Outbound(ChannelHandlerContext ctx, FloodGuard guard, HeaderCodec codec, PeerSettings peer, Flushes flushes) {
        this.ctx = ctx;
        this.writer = new FrameWriter(ctx);
        this.guard = guard;
        this.codec = codec;
        this.peer = peer;
        this.flushes = flushes;
    }

    /** Writes the preface (section 3.4), this side's settings, and the connection's window. */
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

    /** Whether a DATA frame of this size may leave at once, without overtaking another stream. */
    boolean admits(int octets) {
        return octets <= peer.maxFrameSize()
                && octets <= window
                && octets <= QUANTUM
                && ready.isEmpty()
                && ctx.channel().isWritable();
    }

    /** Begins a DATA frame. Its payload must follow, written by {@link #writer}. */
    void data(int streamId, int length, boolean endStream) {
        window -= length;
        guard.sent(length);
        writer.dataHeader(streamId, length, endStream);
    }

    FrameWriter writer() {
        return writer;
    }

    /** Returns how many octets a stream with this window may send in one turn. */
    int turn(int streamWindow) {
        return Math.min(QUANTUM, Math.min(streamWindow, window));
    }

    /** Most octets of one frame's payload. */
    int maxFrameSize() {
        return peer.maxFrameSize();
    }

    /** Queues a stream that has data and an open window. The stream is called when its turn has come. */
    void awaitTurn(Http2Stream stream) {
        ready.add(stream);
        flushSoon();
    }

    /** Adds the peer's credit for the connection; false if the window would exceed its maximum (section 6.9.1). */
    boolean credit(int octets) {
        flushSoon();
        if (octets > Integer.MAX_VALUE - window) {
            return false;
        }
        window += octets;
        return true;
    }

    /** Writes waiting data, as far as the windows and the channel allow. */
    void drain() {
        while (window > 0 && !ready.isEmpty() && ctx.channel().isWritable()) {
            ready.remove().sendTurn();
        }
    }

    /** Sends all written bytes. */
    void flush() {
        writer.flush();
    }

    /** Sends the written bytes at the end of the loop's turn. */
    void flushSoon() {
        flushes.soon(ctx);
    }

    /** Sends the written bytes with the next flush. */
    void flushWithNext() {
        flushes.withNext(ctx);
    }

    /** Sends the written bytes at the end of the loop's next turn. */
    void flushAfterNextRead() {
        flushes.afterNextRead(ctx);
    }

    /** Octets of all frames that were written and that the peer has not read. */
    long unread() {
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Whether the number of unread octets has changed considerably since the last call, or that of these others. */
    boolean heldChanged(int others) {
        long before = held;
        held = unread() / UNREAD_STEP * UNREAD_STEP + others;
        return held != before;
    }

    /** Releases all bytes that are not written yet. */
    void close() {
        writer.close();
        ready.clear();
    }

    /** Tells the peer how many certificates this side has had. */
    void certificates(int count) {
        setting(writer.frame(Frames.SETTINGS, 0, 0, SETTING_LENGTH), Frames.SETTINGS_CERTIFICATES, count);
        flushSoon();
    }

    private static void setting(ByteBuf frame, int id, int value) {
        frame.writeShort(id).writeInt(value);
    }

    /** Writes a header block. The caller decides when it is flushed. */
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

    void reconnect(int streamId) {
        writer.frame(Frames.RECONNECT, 0, streamId, 0);
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
