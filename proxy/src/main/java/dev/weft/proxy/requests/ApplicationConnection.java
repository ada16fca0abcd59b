package dev.weft.proxy.requests;

import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.sidecar.Dialer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the application, in HTTP/2 with prior knowledge (RFC 9113 section 3.3). No request is sent before
 * the application has sent its SETTINGS. Belongs to the session's event loop.
 */
final class ApplicationConnection implements ConnectionListener, Dialer.Caller {
    private final ApplicationConnections owner;
    private final Http2Connection connection;
    private boolean speaking;
    private boolean ready;
    private boolean leaving;
    private boolean over;

    ApplicationConnection(ApplicationConnections owner) {
        this.owner = owner;
        this.connection = Http2Connection.client(owner.settings(), this);
    }

    void connect() {
        // The codec is added after the connection is open, so that only one place handles a failure to connect.
        owner.sidecar
                .dialer()
                .application(
                        owner.session.loop(),
                        Descriptors.Use.SESSION,
                        owner.session.destination(),
                        new ChannelInboundHandlerAdapter(),
                        this);
    }

    @Override
    public boolean over() {
        return owner.closed();
    }

    @Override
    public void connected(Channel channel) {
        ((SocketChannelConfig) channel.config()).setAllowHalfClosure(false); // both directions end together
        speaking = true;
        channel.pipeline().addLast(connection);
        channel.config().setAutoRead(true);
    }

    @Override
    public void failed(Refusal refusal) {
        over = true;
        owner.failed(this, refusal);
    }

    boolean connecting() {
        return !ready && !over;
    }

    /** Whether the application has sent GOAWAY: the connection finishes its requests, and takes no others. */
    boolean leaving() {
        return leaving;
    }

    /** Whether the connection will take more requests once one of its requests has ended. */
    boolean busy() {
        return ready && !over && !leaving && connection.openStreams() > 0;
    }

    boolean takesMore() {
        return ready && !over && connection.canOpen();
    }

    void send(InboundRequest request) {
        request.taken();
        request.open((end, listener) -> connection.open(request.toApplication(), end, listener));
    }

    void close() {
        if (!over && speaking) {
            connection.close(ErrorCode.NO_ERROR);
        }
        over = true;
    }

    @Override
    public void onReady(Http2Connection spoken) {
        ready = true;
        owner.stands();
    }

    @Override
    public void onGoAway(Http2Connection going) {
        leaving = true;
        owner.serve(); // on another connection
    }

    @Override
    public void onStreamClosed(Http2Connection changed) {
        owner.serve();
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        throw new IllegalStateException("request from a server (expected: none)");
    }

    @Override
    public void onLimit(Http2Connection limited, Limit limit) {
        owner.sidecar.metrics().limitHit("application-http2-" + limit);
    }

    @Override
    public void onClosed(Http2Connection gone, @Nullable Throwable cause) {
        if (over) {
            return;
        }
        over = true;
        if (ready) {
            owner.gone(this);
        } else if (cause instanceof Http2Violation violation) {
            owner.failed(
                    this,
                    GateRefusal.Code.NOT_HTTP2.refusal("the application at " + owner.address()
                            + " does not speak HTTP/2 by prior knowledge: " + violation.getMessage()));
        } else {
            owner.failed(
                    this,
                    Refusal.of(
                            Refusal.Code.APPLICATION_UNREACHABLE,
                            "the application at " + owner.address() + " ended the connection before it sent a byte"
                                    + (cause == null ? "" : ": " + Refusal.why(cause))));
        }
    }
}
