package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameReader;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.HeaderCodec;
import dev.weft.proxy.loop.LoopTimer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection (RFC 9113), client or server side: the last handler of a pipeline, after the SslHandler. All
 * calls are made on the channel's event loop. Written bytes leave together, see {@link Flushes}. The channel's
 * write-buffer water marks limit the bytes handed to it. Owners limit each stream's queue by
 * {@link Http2Stream#isWritable}. The windows of {@link Http2Settings} limit the bytes that arrive.
 */
public final class Http2Connection extends ChannelInboundHandlerAdapter {
    private final boolean server;
    private final Http2Settings settings;
    private final ConnectionListener listener;
    private final PeerSettings peer = new PeerSettings();
    private final HeaderCodec headers;
    private final FloodGuard guard;
    private final InboundFrames inbound;
    private final FrameReader reader;
    private final Streams streams;
    private final Shutdown shutdown;
    private final LoopTimer settingsDeadline = new LoopTimer();
    private final ChannelCloser closing = new ChannelCloser();
    private final Flushes flushes = new Flushes(this::flush);
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Outbound out;
    private boolean offersRequests;
    private boolean closed;
    private @Nullable Throwable cause;

    Http2Connection(boolean server, Http2Settings settings, ConnectionListener listener, LongSupplier nanoTime) {
        this.server = server;
        this.settings = settings;
        this.listener = listener;
        this.headers = new HeaderCodec(settings.maxHeaderListSize());
        this.guard = new FloodGuard(nanoTime, limit -> listener.onLimit(this, limit));
        this.streams = new Streams(this, server, settings, peer, listener, guard);
        this.shutdown = new Shutdown(this, streams);
        this.inbound = new InboundFrames(this, streams, headers, guard);
        this.reader = new FrameReader(inbound, settings.maxFrameSize(), server);
    }

    /** Makes the client side, which opens streams. */
    public static Http2Connection client(Http2Settings settings, ConnectionListener listener) {
        return new Http2Connection(false, settings, listener, System::nanoTime);
    }

    /** Makes the server side, which answers streams. */
    public static Http2Connection server(Http2Settings settings, ConnectionListener listener) {
        return new Http2Connection(true, settings, listener, System::nanoTime);
    }

    /** Opens a client's stream. Headers leave with data sent at once. IllegalStateException unless {@link #canOpen}. */
    public Http2Stream open(Http2Headers headers, boolean endStream, StreamListener streamListener) {
        if (!canOpen()) {
            throw new IllegalStateException("cannot open a stream on " + ctx + " (expected: canOpen())");
        }
        return streams.open(headers, endStream, streamListener);
    }

    /** Number of streams that have not ended. */
    public int openStreams() {
        return streams.size();
    }

    /** Whether a stream may be opened now: connection up, no GOAWAY, IDs left, peer's limit not reached. */
    public boolean canOpen() {
        return isUp() && !shutdown.begun() && streams.mayOpen();
    }

    private boolean isUp() {
        return out != null && !closed;
    }

    /** Ends gracefully: no new streams, open ones finish, then the connection closes (RFC 9113 section 6.8). */
    public void goAway() {
        if (isUp()) {
            shutdown.begin(server);
        }
    }

    /** Ends at once: sends GOAWAY with this code, then closes. Streams are reset with CONNECT_ERROR. */
    public void close(ErrorCode code) {
        end(code, null);
    }

    /** Like {@link #close}, for a peer that does not read: written bytes are dropped instead of waiting to leave. */
    public void abort(ErrorCode code) {
        end(code, null);
        closing.now(context());
    }

    /** Sends a PING (RFC 9113 section 6.7). Its answer is not reported: any bytes from the peer are a sign of life. */
    public void ping() {
        if (isUp()) {
            out().signOfLife();
        }
    }

    /** Tells the peer how many certificates this side has had since the connection began, in Weft's own setting. */
    public void certificates(int count) {
        if (isUp()) {
            out().certificates(count);
        }
    }

    /** Returns how many certificates the peer has had; 0 if the peer does not say, as it is no Weft sidecar. */
    public long peerCertificates() {
        return peer.certificates();
    }

    /** Announces in the first SETTINGS that requests may be streams of their own. Must be called before the start. */
    public void offerRequests() {
        offersRequests = true;
    }

    /** Allows the peer to break off as many streams as many honest users do. Must be called before the start. */
    public void ofManyUsers() {
        guard.ofManyUsers();
    }

    /** Whether the peer announced that requests may be streams of their own; known once its SETTINGS arrived. */
    public boolean peerOffersRequests() {
        return peer.requests();
    }

    /** Sends all written bytes now, instead of at the end of the loop's turn. */
    public void flush() {
        if (isUp()) {
            flushes.done();
            out().drain();
            out().flush();
            lookAtUnread();
        }
    }

    /** Ends the connection if too much is unread: heads and control frames wait for no window. */
    private void lookAtUnread() {
        if (unread() > FloodGuard.MOST_UNREAD) {
            end(ErrorCode.ENHANCE_YOUR_CALM, guard.unread());
            closing.now(context());
        } else if (out().heldChanged(unfinished())) {
            listener.onUnread(this);
        }
    }

    /** Octets of all frames that were written and that the peer has not read. */
    public long unread() {
        return out == null ? 0 : out.unread();
    }

    /** Octets of a frame or header block whose end has not come. */
    public int unfinished() {
        return reader.held() + inbound.held();
    }

    public Channel channel() {
        return context().channel();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        if (context.channel().isActive()) {
            start(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        start(context);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        flushes.reading();
        try {
            reader.read((ByteBuf) message);
            if (unread() > FloodGuard.MOST_UNREAD) {
                flush(); // a peer that reads takes the bytes now
            }
        } catch (Http2Violation violation) {
            end(violation.code(), violation);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flushes.read();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (isUp() && context.channel().isWritable()) {
            out().flushSoon(); // not at once: this may be called from within a write
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        end(ErrorCode.INTERNAL_ERROR, thrown);
        ChannelFuture _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop(null);
        closing.done();
        listener.onClosed(this, cause);
        context.fireChannelInactive();
    }

    private void start(ChannelHandlerContext context) {
        if (out != null) {
            return;
        }
        out = new Outbound(context, guard, headers, peer, flushes);
        out.preface(settings, server, offersRequests);
        settingsDeadline.start(
                context.executor(),
                settings.settingsTimeout(),
                () -> end(ErrorCode.SETTINGS_TIMEOUT, guard.settingsTimeout()));
    }

    /** Sends GOAWAY and all unflushed bytes, and closes. */
    void end(ErrorCode code, @Nullable Throwable why) {
        if (closed) {
            return;
        }
        ChannelHandlerContext context = context();
        if (out != null && context.channel().isActive()) {
            out.goAway(streams.lastPeerId(), code);
            out.flush();
            closing.afterLastBytes(context);
        }
        stop(why);
    }

    /** Releases everything, and tells the streams that the connection has ended. */
    private void stop(@Nullable Throwable why) {
        if (closed) {
            return;
        }
        closed = true;
        cause = why;
        settingsDeadline.cancel();
        shutdown.stop();
        flushes.done();
        reader.stop();
        inbound.close();
        headers.close();
        streams.lost();
        if (out != null) {
            out.close();
        }
    }

    void ready() {
        settingsDeadline.cancel();
        listener.onReady(this);
    }

    void peerCertificate() {
        listener.onPeerCertificate(this);
    }

    boolean closed() {
        return closed;
    }

    Outbound out() {
        return Objects.requireNonNull(out, "out");
    }

    Shutdown shutdown() {
        return shutdown;
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx, "ctx: the connection is in no pipeline");
    }
}
