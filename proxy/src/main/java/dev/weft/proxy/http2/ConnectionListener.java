package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.Limit;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** What happens on a connection as a whole; called on its event loop. */
public interface ConnectionListener {
    /** The peer's SETTINGS have arrived: {@link Http2Connection#canOpen} now follows the peer's own limit. */
    default void onReady(Http2Connection connection) {}

    /**
     * A request (server side). Its pseudo-headers are complete and unrepeated (RFC 9113 section 8.3.1; section 8.5 for
     * CONNECT); their values are for the callee to judge. Returns who listens to the rest of the stream; to refuse,
     * answer on {@code stream}, and return a listener that releases what it is given.
     */
    StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream);

    /** The peer will accept no more streams; those that it took finish. */
    default void onGoAway(Http2Connection connection) {}

    /** The peer says that it has another certificate: {@link Http2Connection#peerCertificates} has changed. */
    default void onPeerCertificate(Http2Connection connection) {}

    /** A stream has ended, in whatever way: {@link Http2Connection#openStreams} is smaller, or one more may be opened. */
    default void onStreamClosed(Http2Connection connection) {}

    /** The peer ran into a limit; for the owner to count. What is done about it is done already. */
    default void onLimit(Http2Connection connection, Limit limit) {}

    /** {@link Http2Connection#unread} has changed by much. */
    default void onUnread(Http2Connection connection) {}

    /**
     * The connection is closed and every stream has been told so. {@code cause} says why if it was not a plain close;
     * for a violation of the protocol its message names the rule.
     */
    void onClosed(Http2Connection connection, @Nullable Throwable cause);
}
