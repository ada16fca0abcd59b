package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameReader;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.HeaderCodec;
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
 * One HTTP/2 connection (RFC 9113), client or server side: the last handler of a pipeline, after the SslHandler.
 * All calls are made on the channel's event loop. Written bytes leave together, at the end of the loop's turn ({@link Flushes}).
 *
 * <p>The channel's write-buffer water marks bound what the connection hands to it; each stream's queue is bounded by its
 * owner's regard for {@link Http2Stream#isWritable}; what arrives is bounded by the windows of {@link Http2Settings}.
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
    private final Deadline settingsDeadline = new Deadline();
    private final Closing closing = new Closing();
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
        this.shutdown = new Shutdown(this, streams.table());
        this.inbound = new InboundFrames(this, streams, headers, guard);
        this.reader = new FrameReader(inbound, settings.maxFrameSize(), server);
    }

    /** The side that opens streams. */
    public static Http2Connection client(Http2Settings settings, ConnectionListener listener) {
        return new Http2Connection(false, settings, listener, System::nanoTime);
    }

    /** The side that answers them. */
    public static Http2Connection server(Http2Settings settings, ConnectionListener listener) {
        return new Http2Connection(true, settings, listener, System::nanoTime);
    }

    /** Opens a stream (client side); its headers leave together with data sent at once. Throws IllegalStateException unless {@link #canOpen}. */
    public Http2Stream open(Http2Headers headers, boolean endStream, StreamListener streamListener) {
        if (!canOpen()) {
            throw new IllegalStateException("cannot open a stream on " + ctx + " (expected: canOpen())");
        }
        return streams.open(headers, endStream, streamListener);
    }

    /** Streams that have not ended. */
    public int openStreams() {
        return streams.table().size();
    }

    /** Whether a stream may be opened now: the connection is up, no GOAWAY, ids left, the peer's limit not reached. */
    public boolean canOpen() {
        return isUp() && !shutdown.begun() && streams.mayOpen();
    }

    private boolean isUp() {
        return out != null && !closed;
    }

    /** Ends gracefully: no new streams, those that are open finish, then the connection closes (RFC 9113 section 6.8). */
    public void goAway() {
        if (isUp()) {
            shutdown.begin(server);
        }
    }

    /** Ends at once: GOAWAY with this code, then close. Streams are reset with CONNECT_ERROR. */
    public void close(ErrorCode code) {
        end(code, null);
    }

    /** As {@link #close}, for a peer that does not read: what is written is dropped instead of waiting to leave. */
    public void abort(ErrorCode code) {
        end(code, null);
        closing.now(context());
    }

    /** Asks for a sign of life (RFC 9113 section 6.7). The answer is not told of: what counts is that something comes. */
    public void ping() {
        if (isUp()) {
            out().signOfLife();
        }
    }

    /** Tells the peer how many certificates this side has had since the connection began, by a setting of our own. */
    public void certificates(int count) {
        if (isUp()) {
            out().certificates(count);
        }
    }

    /** How many certificates the peer has had; 0 where it does not say, as it is no sidecar of ours. */
    public long peerCertificates() {
        return peer.certificates();
    }

    /** Has the first SETTINGS say that this side knows requests that travel as streams of their own. To be called before the start. */
    public void offerRequests() {
        offersRequests = true;
    }

    /** Has the peer break off as many streams as many honest users do together. To be called before the start. */
    public void ofManyUsers() {
        guard.ofManyUsers();
    }

    /** Whether the peer has said so; known once its SETTINGS have arrived. */
    public boolean peerOffersRequests() {
        return peer.requests();
    }

    /** Sends what has been written so far now, instead of at the end of the loop's turn. */
    public void flush() {
        if (isUp()) {
            flushes.done();
            out().drain();
            out().flush();
            lookAtUnread();
        }
    }

    /** Heads and control frames wait for no window: a peer that makes this side write them has to read them. */
    private void lookAtUnread() {
        if (unread() > FloodGuard.MOST_UNREAD) {
            end(guard.unread());
            closing.now(context());
        } else if (out().unreadChanged()) {
            listener.onUnread(this);
        }
    }

    /** Octets that were written and that the peer has not read, of all frames. */
    public long unread() {
        return out == null ? 0 : out.unread();
    }

    /** The connection's channel. */
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
                flush(); // a peer that reads takes it now
            }
        } catch (Http2Violation violation) {
            end(violation);
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
        settingsDeadline.start(context.executor(), settings.settingsTimeout(), () -> end(guard.settingsTimeout()));
    }

    private void end(Http2Violation violation) {
        end(violation.code(), violation);
    }

    /** GOAWAY, what is still to be flushed, and close. */
    void end(ErrorCode code, @Nullable Throwable why) {
        if (closed) {
            return;
        }
        ChannelHandlerContext context = context();
        if (out != null && context.channel().isActive()) {
            out.goAway(streams.table().lastPeerId(), code);
            out.flush();
            closing.afterLastBytes(context);
        }
        stop(why);
    }

    /** Lets go of everything; the streams hear of it. */
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
