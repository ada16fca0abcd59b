package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The data of one stream that waits for the peer's windows or for its turn, and the way the stream ends after it. */
final class SendQueue {
    /** Initial capacity: most streams queue little. */
    private static final int INITIAL = 8;

    private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>(INITIAL);
    private final int high;
    private final int low;
    private int octets;
    private boolean full;
    private boolean ends;
    private @Nullable Http2Headers trailers;

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
        return octets;
    }

    boolean full() {
        return full;
    }

    /** Whether the stream ends after the queued data. */
    boolean ends() {
        return ends;
    }

    @Nullable
    Http2Headers trailers() {
        return trailers;
    }

    /** Takes ownership. */
    void add(ByteBuf data, int n, boolean endStream) {
        if (n > 0) {
            buffers.add(data);
            octets += n;
            full |= octets >= high;
        } else {
            data.release();
        }
        ends |= endStream;
    }

    void end(Http2Headers with) {
        trailers = with;
        ends = true;
    }

    /** Whether a frame with the next {@code n} octets ends the stream. */
    boolean endsWith(int n) {
        return ends && n == octets && trailers == null;
    }

    /** Writes the first octets as the payload of a frame. */
    void take(int n, FrameWriter writer) {
        octets -= n;
        int rest = n;
        while (rest > 0) {
            ByteBuf head = buffers.element();
            int readable = head.readableBytes();
            if (readable <= rest) {
                writer.payload(buffers.remove());
                rest -= readable;
            } else {
                writer.payload(head.readRetainedSlice(rest));
                rest = 0;
            }
        }
    }

    /** Whether the queue was full and is no longer; true only once. */
    boolean relieved() {
        if (full && octets <= low) {
            full = false;
            return true;
        }
        return false;
    }

    void close() {
        buffers.forEach(ByteBuf::release);
        buffers.clear();
        octets = 0;
        full = false;
        trailers = null;
    }
}
