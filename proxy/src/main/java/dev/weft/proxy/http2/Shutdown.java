package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.loop.LoopTimer;
import java.time.Duration;

/**
 * A graceful end (RFC 9113 section 6.8). The server first sends GOAWAY without naming a last stream. It names the last
 * stream when the answer to a PING shows that the client has stopped opening streams.
 */
final class Shutdown {
    private static final int ANY_STREAM = Integer.MAX_VALUE;
    private static final long PING = 0x77656674_62796521L;
    /** Longest wait for the answer to the PING. */
    private static final Duration PING_TIME = Duration.ofSeconds(2);

    private final Http2Connection connection;
    private final Streams streams;
    private final LoopTimer pingDeadline = new LoopTimer();
    private boolean begun;
    /** Whether no further stream can come. */
    private boolean last;

    private boolean refuses;

    Shutdown(Http2Connection connection, Streams streams) {
        this.connection = connection;
        this.streams = streams;
    }

    boolean begun() {
        return begun;
    }

    /** Whether a stream that the peer opens now is refused. */
    boolean refuses() {
        return refuses;
    }

    void begin(boolean server) {
        if (begun) {
            return;
        }
        begun = true;
        if (server) {
            connection.out().goAway(ANY_STREAM, ErrorCode.NO_ERROR);
            connection.out().ping(false, PING);
            pingDeadline.start(connection.context().executor(), PING_TIME, this::nameLast);
        } else {
            last = true;
            closeIfDone();
        }
    }

    /** The peer opens or accepts no more streams. */
    void peerBegan() {
        begun = true;
        last = true;
    }

    void pingAcknowledged(long payload) {
        if (payload == PING) {
            nameLast();
        }
    }

    void stop() {
        pingDeadline.cancel();
    }

    private void nameLast() {
        pingDeadline.cancel();
        if (begun && !last && !connection.closed()) {
            last = true;
            refuses = true;
            connection.out().goAway(streams.lastPeerId(), ErrorCode.NO_ERROR);
            closeIfDone();
        }
    }

    void closeIfDone() {
        if (last && streams.size() == 0) {
            connection.end(ErrorCode.NO_ERROR, null);
        }
    }
}
