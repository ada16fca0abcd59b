package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.FrameWriter;
import dev.weft.proxy.pieces.HeadMemory;
import dev.weft.proxy.pieces.PieceQueue;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The data of one stream that waits for the peer's windows or for its turn, and the way the stream ends after it. */
final class SendQueue {
    private final PieceQueue data = new PieceQueue();
    private final int high;
    private final int low;
    private boolean full;
    private boolean ends;
    private @Nullable Http2Headers trailers;
    private int heldTrailers;

    /**
     * Makes an empty queue.
     *
     * @param high octets at which the queue becomes full
     * @param low octets at which a full queue stops being full
     */
    SendQueue(int high, int low) {
        this.high = high;
        this.low = low;
    }

    int octets() {
        return data.octets();
    }

    /** Returns about how much memory the data and the trailers after it take, in octets. */
    int held() {
        return data.held() + heldTrailers;
    }

    boolean full() {
        return full;
    }

    /** Whether the stream ends after the queued data. */
    boolean ends() {
        return ends;
    }

    /** Returns the trailers, once all data before them was taken; null if there are none. */
    @Nullable
    Http2Headers takeTrailers() {
        Http2Headers taken = trailers;
        trailers = null;
        heldTrailers = 0;
        return taken;
    }

    /** Takes ownership. */
    void add(ByteBuf more, boolean endStream) {
        data.addLast(more);
        full |= octets() >= high;
        ends |= endStream;
    }

    void end(Http2Headers with) {
        trailers = with;
        heldTrailers = HeadMemory.of(with);
        ends = true;
    }

    /** Whether a frame with the next {@code n} octets ends the stream. */
    boolean endsWith(int n) {
        return ends && n == octets() && trailers == null;
    }

    /** Writes the first octets as the payload of a frame. */
    void take(int n, FrameWriter writer) {
        int rest = n;
        while (rest > 0) {
            ByteBuf piece = Objects.requireNonNull(data.poll(rest), "no data");
            rest -= piece.readableBytes();
            writer.payload(piece);
        }
    }

    /** Whether the queue was full and is no longer; true only once. */
    boolean relieved() {
        if (full && octets() <= low) {
            full = false;
            return true;
        }
        return false;
    }

    void close() {
        data.release();
        full = false;
        trailers = null;
        heldTrailers = 0;
    }
}
