package dev.weft.proxy.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * One HTTP/2 connection (RFC 9113), client or server side: the last handler of a pipeline, after the SslHandler.
 * All calls are made on the channel's event loop. Written bytes leave at the end of the loop's turn, together.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Http2Connection extends ChannelInboundHandlerAdapter {
    private Http2Connection() {}

    /** The side that opens streams. */
    public static Http2Connection client(Http2Settings settings, ConnectionListener listener) {
        throw new UnsupportedOperationException();
    }

    /** The side that answers them. */
    public static Http2Connection server(Http2Settings settings, ConnectionListener listener) {
        throw new UnsupportedOperationException();
    }

    /** Opens a stream (client side). Throws IllegalStateException unless {@link #canOpen}. */
    public Http2Stream open(Http2Headers headers, boolean endStream, StreamListener listener) {
        throw new UnsupportedOperationException();
    }

    /** Streams that have not ended. */
    public int openStreams() {
        throw new UnsupportedOperationException();
    }

    /** Whether a stream may be opened now: the connection is up, no GOAWAY, ids left, the peer's limit not reached. */
    public boolean canOpen() {
        throw new UnsupportedOperationException();
    }

    /** Ends gracefully: no new streams, those that are open finish, then the connection closes (RFC 9113 section 6.8). */
    public void goAway() {
        throw new UnsupportedOperationException();
    }

    /** Ends at once: GOAWAY with this code, then close. Streams are reset with CONNECT_ERROR. */
    public void close(ErrorCode code) {
        throw new UnsupportedOperationException();
    }

    /** Sends what has been written so far now, instead of at the end of the loop's turn. */
    public void flush() {
        throw new UnsupportedOperationException();
    }

    /** The connection's channel. */
    public Channel channel() {
        throw new UnsupportedOperationException();
    }
}
