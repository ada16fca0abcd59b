package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.Limit;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/** Receives the events of a connection as a whole; called on its event loop. */
public interface ConnectionListener {
    /** The peer's SETTINGS have arrived: {@link Http2Connection#canOpen} now follows the peer's own limit. */
    default void onReady(Http2Connection connection) {}

    /**
     * A request has come (server side). Its pseudo-headers are complete and unrepeated (RFC 9113 section 8.3.1; section
     * 8.5 for CONNECT); the callee judges their values. Returns the listener to the rest of the stream. To refuse,
     * answer on {@code stream}, and return a listener that releases the data that it is given. Never called on the
     * client side: servers open no streams here (section 8.4).
     */
    default StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        throw new IllegalStateException("client side: onRequest is never called");
    }

    /** The peer accepts no more streams; the accepted ones finish. */
    default void onGoAway(Http2Connection connection) {}

    /** The peer has announced another certificate: {@link Http2Connection#peerCertificates} has changed. */
    default void onPeerCertificate(Http2Connection connection) {}

    /** A stream has ended: {@link Http2Connection#openStreams} is smaller, or one more stream may be opened. */
    default void onStreamClosed(Http2Connection connection) {}

    /** The peer hit a limit. The connection has already reacted to it; the owner may count it. */
    default void onLimit(Http2Connection connection, Limit limit) {}

    /** {@link Http2Connection#unread} has changed considerably, or {@link Http2Connection#unfinished} at all. */
    default void onUnread(Http2Connection connection) {}

    /**
     * The connection is closed, and every stream's listener has been called. {@code cause} is the reason, or null for a
     * plain close; for a violation of the protocol its message names the rule.
     */
    void onClosed(Http2Connection connection, @Nullable Throwable cause);
}
