package dev.weft.proxy.http;

import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of one message's body (RFC 9112 section 6.3). Of the body it keeps only lines that have not ended; it has
 * no limit on the body, which passes through.
 */
final class Http1Body {
    private static final long UNTIL_END = Long.MAX_VALUE;

    private final HeadLimits limits;
    private final ByteBufAllocator alloc;
    private long left;
    private @Nullable Http1Chunks chunks;

    Http1Body(HeadLimits limits, ByteBufAllocator alloc) {
        this.limits = limits;
        this.alloc = alloc;
    }

    /** Expects a body of this many octets. */
    void length(long octets) {
        left = octets;
    }

    /** Expects a chunked body, which is validated. */
    void chunked() {
        chunks = new Http1Chunks(limits, alloc);
    }

    /** Expects the body that a request's head states. */
    void of(Http1Framing framing) {
        if (framing.chunked()) {
            chunked();
        } else {
            length(framing.length());
        }
    }

    /** Expects a body that lasts until the sender ends the connection. */
    void untilEnd() {
        left = UNTIL_END;
    }

    boolean isUntilEnd() {
        return left == UNTIL_END;
    }

    boolean isChunked() {
        return chunks != null;
    }

    /** Octets that are still missing of a body with a known length. */
    long left() {
        return left;
    }

    boolean done() {
        return left == 0 && chunks == null;
    }

    /** Reads the part of the data that belongs to the body. */
    void take(ByteBuf data, Http1Run run) throws UnacceptableException {
        if (chunks != null) {
            chunks.take(data, run);
            if (chunks.done()) {
                chunks = null;
            }
            return;
        }
        int octets = (int) Math.min(left, data.readableBytes());
        data.skipBytes(octets);
        if (left != UNTIL_END) {
            left -= octets;
        }
    }

    int held() {
        return chunks == null ? 0 : chunks.held();
    }

    void release() {
        if (chunks != null) {
            chunks.release();
            chunks = null;
        }
        left = 0;
    }
}
