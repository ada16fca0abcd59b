package dev.weft.proxy.http;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;

/**
 * The end of a connection in order (RFC 9113 section 6.8). The caller first gets GOAWAY that names no last stream. Once
 * its answer to a PING shows that it has stopped opening streams, a second GOAWAY names the last one. The application
 * may send GOAWAY itself, at any time: a later one never names a later stream.
 */
final class Http2Drain {
    private static final int ANY_STREAM = Integer.MAX_VALUE;
    private static final long PING = 0x77656674_64726169L;

    private final Http2Exchange exchange;
    private final FloodGuard guard;
    /** The last stream that the caller was told. */
    private int named = ANY_STREAM;

    private boolean begun;
    private boolean last;

    Http2Drain(Http2Exchange exchange, FloodGuard guard) {
        this.exchange = exchange;
        this.guard = guard;
    }

    void begin() {
        if (!begun) {
            begun = true;
            exchange.toCaller(Http2Octets.goAway(named, ErrorCode.NO_ERROR, ""));
            exchange.toCaller(Http2Octets.ping(PING));
            guard.sent(0); // the caller has to acknowledge it
        }
    }

    /** Whether a PING of the caller is its answer to the gate's own, of which the application does not know. */
    boolean acknowledged(Http2FrameHeader ping) {
        boolean own = begun && !last && ping.streamId() == 0 && (ping.flags() & Frames.ACK) != 0 && ping.ping() == PING;
        if (own) {
            last = true;
            exchange.toCaller(Http2Octets.goAway(name(exchange.last()), ErrorCode.NO_ERROR, ""));
        }
        return own;
    }

    /** Returns this stream as the last one of a GOAWAY, or an earlier one that was named before. */
    int name(int streamId) {
        named = Math.min(named, streamId);
        return named;
    }

    /** Whether a GOAWAY of the application with this last stream may pass. */
    boolean passes(int number) {
        int lastStreamId = number & 0x7fff_ffff;
        return lastStreamId <= named && name(lastStreamId) == lastStreamId;
    }

    /** Refuses a stream after the last one, so that the caller tries again elsewhere; false if it is none. */
    boolean refused(int streamId) throws Http2Violation {
        if (!last || streamId <= named) {
            return false;
        }
        guard.reset();
        exchange.toCaller(Http2Octets.reset(streamId, ErrorCode.REFUSED_STREAM));
        return true;
    }

    /** Whether all streams have ended and no other can begin. */
    boolean done() {
        return last && exchange.streams() == 0;
    }
}
