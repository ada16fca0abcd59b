package dev.weft.proxy.http2;

import io.netty.channel.Channel;
import java.util.ArrayDeque;

/**
 * Decides which stream's queued data leaves next (RFC 9113 section 5.2). Streams take turns, with a quantum each, while
 * the connection's window is open and the channel accepts more. So one bulk stream does not starve the others, and no
 * data piles up in the channel of a peer that does not read.
 */
final class SendScheduler {
    /** Most octets of one stream in one turn. */
    static final int QUANTUM = 64 * 1024;

    private final Channel channel;
    private final ArrayDeque<Http2Stream> ready = new ArrayDeque<>();
    private int window = Http2Settings.DEFAULT_WINDOW;

    SendScheduler(Channel channel) {
        this.channel = channel;
    }

    /** Whether this many octets may leave at once without overtaking another stream. */
    boolean admits(int octets) {
        return octets <= window && octets <= QUANTUM && ready.isEmpty() && channel.isWritable();
    }

    int window() {
        return window;
    }

    void spend(int octets) {
        window -= octets;
    }

    /** Adds the peer's credit; false if the window would exceed its maximum (section 6.9.1). */
    boolean credit(int octets) {
        if (octets > Integer.MAX_VALUE - window) {
            return false;
        }
        window += octets;
        return true;
    }

    /** Appends a stream that has data and an open window of its own. */
    void add(Http2Stream stream) {
        ready.add(stream);
    }

    /** Writes queued data, as far as the windows and the channel allow. */
    void drain() {
        while (window > 0 && !ready.isEmpty() && channel.isWritable()) {
            ready.remove().sendTurn();
        }
    }

    void close() {
        ready.clear();
    }
}
