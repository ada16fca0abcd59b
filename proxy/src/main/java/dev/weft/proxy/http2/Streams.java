package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a connection: how they are opened and closed, the stream IDs of both sides (RFC 9113 section 5.1.1), and
 * the receive window that the streams share.
 */
final class Streams {
    /** A power of two. Older resets are forgotten, and late frames for them are answered with STREAM_CLOSED. */
    private static final int RESETS = 64;

    private final Http2Connection connection;
    private final boolean server;
    private final Http2Settings settings;
    private final PeerSettings peer;
    private final ConnectionListener listener;
    private final FloodGuard guard;
    private final ReceiveWindow window;
    private final ReceiveWindow.Budget budget;
    private final IntObjectHashMap<Http2Stream> byId = new IntObjectHashMap<>();
    /** The streams that this side reset last: frames that the peer sent before it saw the reset are ignored (section 5.1). */
    private final int[] recentResets = new int[RESETS];

    private int nextReset;
    /** The ID of the next stream that this side opens; overflows to negative when all IDs are used. */
    private int nextId = 1;
    /** The highest ID that the peer has opened. */
    private int lastPeerId;

    private boolean peerKnowsSettings;
    private boolean lost;

    Streams(
            Http2Connection connection,
            boolean server,
            Http2Settings settings,
            PeerSettings peer,
            ConnectionListener listener,
            FloodGuard guard) {
        this.connection = connection;
        this.server = server;
        this.settings = settings;
        this.peer = peer;
        this.listener = listener;
        this.guard = guard;
        this.window = ReceiveWindow.ofConnection(settings.connectionWindow());
        this.budget = new ReceiveWindow.Budget(window, settings.connectionWindow());
    }

    Http2Connection connection() {
        return connection;
    }

    Http2Settings settings() {
        return settings;
    }

    PeerSettings peer() {
        return peer;
    }

    /** Whether this side is the server: then the peer opens the streams. */
    boolean server() {
        return server;
    }

    /** Whether IDs and the peer's limit allow this side to open one more stream. */
    boolean mayOpen() {
        return !server && nextId > 0 && byId.size() < peer.maxConcurrentStreams();
    }

    /** The peer has acknowledged this side's settings, and follows them from now on. */
    void peerKnowsSettings() {
        peerKnowsSettings = true;
    }

    Http2Stream open(Http2Headers headers, boolean endStream, StreamListener streamListener) {
        Http2Stream stream = create(nextId);
        nextId += 2;
        stream.listener(streamListener);
        guard.opened();
        stream.request(headers, endStream);
        return stream;
    }

    /** Handles the headers of a request, which are well-formed. */
    void request(int streamId, Http2Headers headers, boolean endStream) throws Http2Violation {
        Http2Stream stream = accept(streamId, endStream);
        stream.listener(listener.onRequest(stream, headers, endStream));
        if (lost) { // the connection ended while the request began, and nothing else tells its listener
            stream.lost();
            return;
        }
        if (endStream) {
            stream.closeIfEnded();
        }
    }

    /** Answers a request whose head is larger than this side accepts (RFC 6585 section 5). */
    void tooLarge(int streamId, boolean endStream) throws Http2Violation {
        guard.headTooLarge();
        Http2Stream stream = accept(streamId, endStream);
        stream.sendHeaders(
                new DefaultHttp2Headers(false)
                        .status("431")
                        .add("weft-code", "WEFT-H007")
                        .add(
                                "weft-reason",
                                "a request's head of more than " + settings.maxHeaderListSize() + " octets"),
                true);
        stream.reset(ErrorCode.NO_ERROR); // if there is more, it is not needed (RFC 9113 section 8.1)
    }

    private Http2Stream accept(int streamId, boolean endStream) throws Http2Violation {
        if (connection.shutdown().refuses()) {
            throw Http2Violation.stream(streamId, ErrorCode.REFUSED_STREAM, "after GOAWAY (section 6.8)");
        }
        if (byId.size() >= settings.maxConcurrentStreams()) {
            throw guard.tooManyStreams(streamId, settings.maxConcurrentStreams());
        }
        Http2Stream stream = create(streamId);
        guard.opened();
        stream.headersReceived = true;
        if (endStream) {
            stream.endRemote();
        }
        return stream;
    }

    private Http2Stream create(int streamId) {
        int start = settings.streamWindow();
        // Until the peer knows this side's settings, it assumes the default.
        int open = peerKnowsSettings ? start : Math.max(start, Http2Settings.DEFAULT_WINDOW);
        Http2Stream stream = new Http2Stream(
                this,
                connection.out(),
                streamId,
                peer.initialWindow(),
                ReceiveWindow.ofStream(open, settings.maxStreamWindow(), budget));
        byId.put(streamId, stream);
        return stream;
    }

    /** Counts a DATA frame; false if the peer had no credit for it. */
    boolean receive(int octets) {
        return window.receive(octets);
    }

    /** Octets have been consumed, whatever their stream. */
    void consumed(int octets) {
        int increment = window.consume(octets);
        if (increment > 0 && !connection.closed()) {
            connection.out().windowUpdate(0, increment);
        }
    }

    void reset(int streamId, ErrorCode code) {
        recentResets[nextReset++ & (RESETS - 1)] = streamId;
        connection.out().reset(streamId, code);
    }

    void removed(Http2Stream stream) {
        byId.remove(stream.id());
        stream.receiveWindow.close();
        consumed(stream.receiveWindow.held());
        listener.onStreamClosed(connection);
        connection.shutdown().closeIfDone();
    }

    /** The peer sent GOAWAY: it has not processed this side's streams with higher IDs. */
    void goAway(int lastStreamId) {
        connection.shutdown().peerBegan();
        for (Http2Stream stream : server ? List.<Http2Stream>of() : all()) {
            if (stream.id() > lastStreamId && !stream.closed()) {
                stream.close();
                stream.listener().onReset(ErrorCode.REFUSED_STREAM);
            }
        }
        listener.onGoAway(connection);
        connection.shutdown().closeIfDone();
    }

    /** Closes all streams after the connection has ended. */
    void lost() {
        lost = true;
        for (Http2Stream stream : all()) {
            if (!stream.closed()) { // its owner may have reset it when another stream ended
                stream.close();
                stream.lost();
            }
        }
    }

    @Nullable
    Http2Stream get(int streamId) {
        return byId.get(streamId);
    }

    int size() {
        return byId.size();
    }

    int lastPeerId() {
        return lastPeerId;
    }

    /** Whether a frame with this ID may open a stream of the peer. */
    boolean opens(int streamId) {
        return server && (streamId & 1) == 1 && streamId > lastPeerId;
    }

    /** Whether the stream was never opened. */
    boolean idle(int streamId) {
        return (streamId & 1) == 0 || (server ? streamId > lastPeerId : nextId > 0 && streamId >= nextId);
    }

    /** Notes an ID that the peer has used. It closes all lower IDs. */
    void peerOpened(int streamId) {
        lastPeerId = streamId;
    }

    /** Whether this side reset the stream a short time ago. */
    boolean recentlyReset(int streamId) {
        for (int id : recentResets) {
            if (id == streamId) {
                return true;
            }
        }
        return false;
    }

    /**
     * Handles a frame for a stream that has ended. It is ignored if this side reset the stream recently, else it is an
     * error of the stream.
     */
    void late(int streamId, String rule) throws Http2Violation {
        if (!recentlyReset(streamId)) {
            throw Http2Violation.stream(streamId, ErrorCode.STREAM_CLOSED, rule);
        }
    }

    /**
     * Adds octets to the send windows of all streams, or takes them if negative. Returns false if a window would exceed
     * its maximum.
     */
    boolean creditAll(int octets) {
        if (octets == 0) {
            return true;
        }
        for (Http2Stream stream : byId.values()) {
            if (!stream.credit(octets)) {
                return false;
            }
        }
        return true;
    }

    /** Returns a copy, so that streams may close while it is read. */
    private List<Http2Stream> all() {
        return new ArrayList<>(byId.values());
    }
}
