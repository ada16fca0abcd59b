package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Where the body of one message ends (RFC 9112 section 6.3). It keeps nothing of the body but lines that have not ended. */
final class Http1Body {
    private static final long UNTIL_END = Long.MAX_VALUE;

    private final Http1Limits limits;
    private final ByteBufAllocator alloc;
    private long left;
    private @Nullable Http1Chunks chunks;

    Http1Body(Http1Limits limits, ByteBufAllocator alloc) {
        this.limits = limits;
        this.alloc = alloc;
    }

    /** So many octets. */
    void length(long octets) {
        left = octets;
    }

    /** Chunks, to be validated. */
    void chunked() {
        chunks = new Http1Chunks(limits, alloc);
    }

    /** All that comes until the sender's end. */
    void untilEnd() {
        left = UNTIL_END;
    }

    boolean isUntilEnd() {
        return left == UNTIL_END;
    }

    boolean isChunked() {
        return chunks != null;
    }

    /** Octets of a body with a length that have not come. */
    long left() {
        return left;
    }

    boolean done() {
        return left == 0 && chunks == null;
    }

    /** Reads what belongs to the body. */
    void take(ByteBuf data, Http1Run run) throws Http1Violation {
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
