package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;

/** The streams of a connection: how they are opened and closed, and the receive window that they share. */
final class Streams {
    private final Http2Connection connection;
    private final boolean server;
    private final Http2Settings settings;
    private final PeerSettings peer;
    private final ConnectionListener listener;
    private final FloodGuard guard;
    private final StreamTable table;
    private final ReceiveWindow window;
    private final ReceiveBudget budget;
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
        this.table = new StreamTable(server);
        this.window = ReceiveWindow.ofConnection(settings.connectionWindow());
        this.budget = new ReceiveBudget(window, settings.connectionWindow());
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

    StreamTable table() {
        return table;
    }

    /** Whether this side is the server: then the peer opens the streams. */
    boolean server() {
        return server;
    }

    /** Whether IDs and the peer's limit allow this side to open one more stream. */
    boolean mayOpen() {
        return !server && table.idsLeft() && table.size() < peer.maxConcurrentStreams();
    }

    /** The peer has acknowledged this side's settings, and follows them from now on. */
    void peerKnowsSettings() {
        peerKnowsSettings = true;
    }

    /** Opens a stream of this side. */
    Http2Stream open(Http2Headers headers, boolean endStream, StreamListener streamListener) {
        Http2Stream stream = create(table.takeId());
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
        if (table.size() >= settings.maxConcurrentStreams()) {
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
        table.add(stream);
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
        table.noteReset(streamId);
        connection.out().reset(streamId, code);
    }

    /** Removes a stream that has ended. */
    void removed(Http2Stream stream) {
        table.remove(stream.id());
        stream.receiveWindow.close();
        consumed(stream.receiveWindow.held());
        listener.onStreamClosed(connection);
        connection.shutdown().closeIfDone();
    }

    /** The peer sent GOAWAY: it has not processed this side's streams with higher IDs. */
    void goAway(int lastStreamId) {
        connection.shutdown().peerBegan();
        for (Http2Stream stream : server ? List.<Http2Stream>of() : table.all()) {
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
        for (Http2Stream stream : table.all()) {
            if (!stream.closed()) { // its owner may have reset it when another stream ended
                stream.close();
                stream.lost();
            }
        }
    }
}
