package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open streams of a connection and the numbering of all (RFC 9113 section 5.1.1). */
final class StreamTable {
    private final boolean server;
    private final IntObjectHashMap<Http2Stream> streams = new IntObjectHashMap<>();
    private final RecentResets recentResets = new RecentResets();
    /** The id of the stream that we open next; overflows to negative when they are used up. */
    private int nextId = 1;
    /** The highest id that the peer has opened. */
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

    /** Whether a frame with this id may open a stream of the peer's. */
    boolean opens(int streamId) {
        return server && (streamId & 1) == 1 && streamId > lastPeerId;
    }

    /** Whether the stream was never opened. */
    boolean idle(int streamId) {
        return (streamId & 1) == 0 || (server ? streamId > lastPeerId : nextId > 0 && streamId >= nextId);
    }

    /** Notes an id that the peer has used; all lower ones are closed from then on. */
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

    /** Whether we reset it, not long ago. */
    boolean recentlyReset(int streamId) {
        return recentResets.contains(streamId);
    }

    /** A frame came for a stream that has ended: nothing if our reset crossed it, else the stream's error. */
    void late(int streamId, String rule) throws Http2Violation {
        if (!recentResets.contains(streamId)) {
            throw Http2Violation.stream(streamId, ErrorCode.STREAM_CLOSED, rule);
        }
    }

    /** Adds to all streams' windows for sending, or takes from them; false if one would exceed its maximum. */
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

    /** A copy, so that streams may close meanwhile. */
    List<Http2Stream> all() {
        return new ArrayList<>(streams.values());
    }
}
