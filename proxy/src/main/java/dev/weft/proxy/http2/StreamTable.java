package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open streams of a connection, and the stream IDs of both sides (RFC 9113 section 5.1.1). */
final class StreamTable {
    private final boolean server;
    private final IntObjectHashMap<Http2Stream> streams = new IntObjectHashMap<>();
    private final RecentResets recentResets = new RecentResets();
    /** The ID of the next stream that this side opens; overflows to negative when all IDs are used. */
    private int nextId = 1;
    /** The highest ID that the peer has opened. */
    private int lastPeerId;

    StreamTable(boolean server) {
        this.server = server;
    }

    @Nullable
    Http2Stream get(int streamId) {
        return streams.get(streamId);
    }

    int size() {
        return streams.size();
    }

    int lastPeerId() {
        return lastPeerId;
    }

    boolean idsLeft() {
        return nextId > 0;
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

    int takeId() {
        int id = nextId;
        nextId += 2;
        return id;
    }

    void add(Http2Stream stream) {
        streams.put(stream.id(), stream);
    }

    void remove(int streamId) {
        streams.remove(streamId);
    }

    void noteReset(int streamId) {
        recentResets.add(streamId);
    }

    /** Whether this side reset the stream a short time ago. */
    boolean recentlyReset(int streamId) {
        return recentResets.contains(streamId);
    }

    /**
     * Handles a frame for a stream that has ended. It is ignored if this side reset the stream recently, else it is an
     * error of the stream.
     */
    void late(int streamId, String rule) throws Http2Violation {
        if (!recentResets.contains(streamId)) {
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
        for (Http2Stream stream : streams.values()) {
            if (!stream.credit(octets)) {
                return false;
            }
        }
        return true;
    }

    /** Returns a copy, so that streams may close while it is read. */
    List<Http2Stream> all() {
        return new ArrayList<>(streams.values());
    }
}
