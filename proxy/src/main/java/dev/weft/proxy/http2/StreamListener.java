package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Receives the events of one stream; called on the connection's event loop. A stream ends for its listener either with
 * {@code endStream} or with {@link #onReset}, never with both.
 */
public interface StreamListener {
    /**
     * Receives the headers of a response or of an interim response (1xx), or trailers. A request's own headers come
     * with {@link ConnectionListener#onRequest} instead.
     */
    void onHeaders(Http2Headers headers, boolean endStream);

    /**
     * Receives bytes as they arrive, not necessarily a whole DATA frame. The listener owns {@code data} and releases
     * it, and calls {@link Http2Stream#consume} once the bytes have left it. {@code data} is empty if only the end
     * arrived.
     */
    void onData(ByteBuf data, boolean endStream);

    /**
     * The stream is gone: reset by the peer, refused by the peer's GOAWAY ({@code REFUSED_STREAM}: the request may be
     * tried elsewhere), broken by a violation of the protocol, or lost with the connection ({@code CONNECT_ERROR}).
     * Queued data was dropped. Not called for the owner's own {@link Http2Stream#reset}.
     */
    void onReset(ErrorCode code);

    /**
     * The head of a response, or trailers, were larger than {@link Http2Settings#maxHeaderListSize}: the stream was
     * reset. Called instead of {@link #onReset}.
     *
     * @param most that limit, in octets
     */
    default void onHeadTooLarge(int most) {
        onReset(ErrorCode.ENHANCE_YOUR_CALM);
    }

    /** The peer asks that the stream's connection end in order, because a new one would be carried better. */
    default void onReconnect() {}

    /**
     * The stream was not writable ({@link Http2Stream#isWritable}) and now is again. A sender that paused goes on here;
     * nothing else wakes it.
     */
    void onWritable();
}
