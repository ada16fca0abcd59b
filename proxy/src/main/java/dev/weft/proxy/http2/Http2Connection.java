package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameReader;
import dev.weft.proxy.http2.frame.FrameWriter;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.HeaderCodec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
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
    /** Time for the last bytes to leave before the channel is closed over them. */
    private static final Duration CLOSE_TIME = Duration.ofSeconds(3);
    /** Octets of a PING; those of a shutdown are others. */
    private static final long SIGN_OF_LIFE = 1;
    /** The listener is told of unread octets in steps of so many, and so of hardly any where the peer reads. */
    private static final long UNREAD_STEP = 64 * 1024;

    private final boolean server;
    private final Http2Settings settings;
    private final ConnectionListener listener;
    private final PeerSettings peer = new PeerSettings();
    private final HeaderCodec headers;
    private final FloodGuard guard;
    private final InboundFrames inbound;
    private final FrameReader reader;
    private final StreamTable table;
    private final ReceiveWindow receiveWindow;
    private final ReceiveBudget budget;
    private final Shutdown shutdown = new Shutdown(this);
    private final Deadline settingsDeadline = new Deadline();
    private final Deadline closeDeadline = new Deadline();
    private final Flushes flushes = new Flushes(this::flush);

    private @Nullable ChannelHandlerContext ctx;
    private @Nullable FrameWriter writer;
    private @Nullable SendScheduler sender;
    private @Nullable Outbound out;

    private boolean offersRequests;
    private boolean closed;
    private long unreadSteps;
    private @Nullable Throwable cause;

    private Http2Connection(
            boolean server, Http2Settings settings, ConnectionListener listener, LongSupplier nanoTime) {
        this.server = server;
        this.settings = settings;
        this.listener = listener;
        this.headers = new HeaderCodec(settings.maxHeaderListSize());
        this.guard = new FloodGuard(nanoTime, limit -> listener.onLimit(this, limit));
        this.receiveWindow = ReceiveWindow.ofConnection(settings.connectionWindow());
        this.budget = new ReceiveBudget(receiveWindow, settings.connectionWindow());
        this.table = new StreamTable(server);
        this.inbound = new InboundFrames(this, guard);
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
        Http2Stream stream = create(table.takeId());
        stream.listener(streamListener);
        guard.opened();
        stream.request(headers, endStream);
        return stream;
    }

    private Http2Stream create(int streamId) {
        int window = settings.streamWindow();
        // Until the peer knows our settings it goes by the default.
        int open = inbound.settingsAcknowledged() ? window : Math.max(window, Http2Settings.DEFAULT_WINDOW);
        Http2Stream stream = new Http2Stream(
                this, streamId, peer.initialWindow(), ReceiveWindow.ofStream(open, settings.maxStreamWindow(), budget));
        table.add(stream);
        return stream;
    }

    /** Streams that have not ended. */
    public int openStreams() {
        return table.size();
    }

    /** Whether a stream may be opened now: the connection is up, no GOAWAY, ids left, the peer's limit not reached. */
    public boolean canOpen() {
        return !server
                && writer != null
                && !closed
                && !shutdown.begun()
                && table.idsLeft()
                && table.size() < peer.maxConcurrentStreams();
    }

    /** Ends gracefully: no new streams, those that are open finish, then the connection closes (RFC 9113 section 6.8). */
    public void goAway() {
        if (!closed && writer != null) {
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
        discard();
    }

    /** Past the TLS handler, which would wait for its last record to leave. */
    private void discard() {
        ChannelFuture _ = context().pipeline().firstContext().close();
    }

    /** Asks for a sign of life (RFC 9113 section 6.7). The answer is not told of: what counts is that something comes. */
    public void ping() {
        if (!closed && writer != null) {
            out().ping(false, SIGN_OF_LIFE);
        }
    }

    /** Tells the peer how many certificates this side has had since the connection began, by a setting of our own. */
    public void certificates(int count) {
        if (!closed && writer != null) {
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
        if (!closed && writer != null) {
            flushes.done();
            sender().drain();
            writer().flush();
            lookAtUnread();
        }
    }

    /** Heads and control frames wait for no window: a peer that makes this side write them has to read them. */
    private void lookAtUnread() {
        long octets = unread();
        if (octets > FloodGuard.MOST_UNREAD) {
            Http2Violation violation = guard.unread();
            end(violation.code(), violation);
            discard();
        } else if (octets / UNREAD_STEP != unreadSteps) {
            unreadSteps = octets / UNREAD_STEP;
            listener.onUnread(this);
        }
    }

    /** Octets that were written and that the peer has not read, of all frames. */
    public long unread() {
        ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
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
        if (!closed && writer != null && context.channel().isWritable()) {
            scheduleFlush(); // not at once: this may be called from within a write
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
        closeDeadline.cancel();
        listener.onClosed(this, cause);
        context.fireChannelInactive();
    }

    private void start(ChannelHandlerContext context) {
        if (writer != null) {
            return;
        }
        writer = new FrameWriter(context);
        sender = new SendScheduler(context.channel());
        out = new Outbound(context, writer, headers, peer, flushes);
        out.preface(settings, server, offersRequests);
        settingsDeadline.start(context.executor(), settings.settingsTimeout(), this::settingsMissing);
    }

    private void settingsMissing() {
        Http2Violation violation = guard.settingsTimeout();
        end(violation.code(), violation);
    }

    /** GOAWAY, what is still to be flushed, and close. */
    void end(ErrorCode code, @Nullable Throwable why) {
        if (closed) {
            return;
        }
        ChannelHandlerContext context = context();
        if (writer != null && context.channel().isActive()) {
            out().goAway(table.lastPeerId(), code);
            writer.flush();
            ChannelFuture _ = context.writeAndFlush(context.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
            closeDeadline.start(context.executor(), CLOSE_TIME, () -> {
                ChannelFuture _ = context.close();
            });
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
        for (Http2Stream stream : table.all()) {
            if (!stream.closed()) { // its owner may have reset it, on hearing of another's end
                stream.close();
                stream.lost();
            }
        }
        if (writer != null) {
            writer.close();
        }
        if (sender != null) {
            sender.close();
        }
    }

    /** What was written leaves at the end of the loop's turn. */
    void scheduleFlush() {
        flushes.soon(context());
    }

    Flushes flushes() {
        return flushes;
    }

    // What follows is for the other parts of the codec.

    /** A request's headers have come; they are well-formed. */
    void request(int streamId, Http2Headers requestHeaders, boolean endStream) throws Http2Violation {
        if (shutdown.refuses()) {
            throw Http2Violation.stream(streamId, ErrorCode.REFUSED_STREAM, "after GOAWAY (section 6.8)");
        }
        if (table.size() >= settings.maxConcurrentStreams()) {
            throw guard.tooManyStreams(streamId, settings.maxConcurrentStreams());
        }
        Http2Stream stream = create(streamId);
        guard.opened();
        stream.markHeadersReceived();
        if (endStream) {
            stream.endRemote();
        }
        stream.listener(listener.onRequest(stream, requestHeaders, endStream));
        if (endStream) {
            stream.closeIfEnded();
        }
    }

    void removed(Http2Stream stream) {
        table.remove(stream.id());
        stream.receiveWindow.close();
        consumed(stream.receiveWindow.held());
        listener.onStreamClosed(this);
        shutdown.closeIfDone();
    }

    /** Octets have left the connection, whatever their stream. */
    void consumed(int octets) {
        int increment = receiveWindow.consume(octets);
        if (increment > 0 && !closed) {
            out().windowUpdate(0, increment);
        }
    }

    /** A DATA frame of this stream or that goes out. */
    void spend(int octets) {
        sender().spend(octets);
        guard.sent(octets);
    }

    void reset(int streamId, ErrorCode code) {
        table.noteReset(streamId);
        out().reset(streamId, code);
    }

    void ready() {
        settingsDeadline.cancel();
        listener.onReady(this);
    }

    void peerCertificate() {
        listener.onPeerCertificate(this);
    }

    void goAwayReceived(int lastStreamId) {
        shutdown.peerBegan();
        if (!server) {
            for (Http2Stream stream : table.all()) {
                if (stream.id() > lastStreamId && !stream.closed()) {
                    stream.close();
                    stream.listener().onReset(ErrorCode.REFUSED_STREAM);
                }
            }
        }
        listener.onGoAway(this);
        shutdown.closeIfDone();
    }

    Http2Settings settings() {
        return settings;
    }

    boolean server() {
        return server;
    }

    boolean closed() {
        return closed;
    }

    FrameWriter writer() {
        return Objects.requireNonNull(writer, "writer");
    }

    SendScheduler sender() {
        return Objects.requireNonNull(sender, "sender");
    }

    Outbound out() {
        return Objects.requireNonNull(out, "out");
    }

    HeaderCodec headers() {
        return headers;
    }

    PeerSettings peer() {
        return peer;
    }

    int peerMaxFrameSize() {
        return peer.maxFrameSize();
    }

    ReceiveWindow receiveWindow() {
        return receiveWindow;
    }

    StreamTable table() {
        return table;
    }

    Shutdown shutdown() {
        return shutdown;
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx, "ctx: the connection is in no pipeline");
    }
}
