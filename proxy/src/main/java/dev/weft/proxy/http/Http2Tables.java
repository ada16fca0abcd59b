package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.HeaderRules;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Decodes the header blocks of one direction, with a dynamic table of the size that the receiver's
 * SETTINGS_HEADER_TABLE_SIZE allows (RFC 7541 section 4.2). A size is in force once the receiver's SETTINGS are
 * acknowledged, and never exceeds the default.
 */
final class Http2Tables {
    /** Octets of each connection's table before any setting, and the most that either side is offered. */
    static final int MOST = 4096;
    /** Most SETTINGS frames that wait for their acknowledgement. */
    private static final int MOST_PENDING = 64;

    private static final int UNCHANGED = -1;

    private final DefaultHttp2HeadersDecoder decoder;
    private final Queue<Integer> pending = new ArrayDeque<>();
    private int size = MOST;
    /**
     * The least table size since the last block, which the next block must announce to the receiver before the current
     * size; {@link #UNCHANGED} if no size changed.
     */
    private int leastDue = UNCHANGED;

    Http2Tables(HeadLimits heads) {
        decoder = new DefaultHttp2HeadersDecoder(true, true, heads.octets());
    }

    /**
     * Returns the fields of a block. Must be called for every block, since each may change the table.
     *
     * @throws Http2Violation an error of the stream, which leaves the table intact, or of the connection
     */
    Http2Headers decode(int streamId, ByteBuf block) throws Http2Violation {
        try {
            return decoder.decodeHeaders(streamId, block);
        } catch (Http2Exception e) {
            throw HeaderRules.undecodable(streamId, e);
        }
    }

    /**
     * The receiver has sent SETTINGS; {@code value} is the size of its table, or negative if SETTINGS does not name it.
     */
    void offered(long value) throws Http2Violation {
        if (pending.size() >= MOST_PENDING) {
            throw Http2Violation.connection(
                    ErrorCode.ENHANCE_YOUR_CALM, "more than " + MOST_PENDING + " SETTINGS without acknowledgement");
        }
        pending.add(value < 0 ? UNCHANGED : (int) Math.min(value, MOST));
    }

    /** The sender has acknowledged the oldest pending SETTINGS. */
    void acknowledged() {
        Integer next = pending.poll();
        if (next == null || next == UNCHANGED || next == size) {
            return;
        }
        size = next;
        leastDue = leastDue == UNCHANGED ? next : Math.min(leastDue, next);
        try {
            decoder.configuration().maxHeaderTableSize(next);
        } catch (Http2Exception e) {
            throw new IllegalStateException("table of " + next + " octets (expected: 0-" + MOST + ")", e);
        }
    }

    /** A block of the sender itself passes, and announces the sizes. */
    void said() {
        leastDue = UNCHANGED;
    }

    /** Begins a block that the gate writes in the sender's place: announces the sizes that the receiver expects. */
    void say(ByteBuf block) {
        if (leastDue != UNCHANGED) {
            if (leastDue < size) {
                Http2Literals.tableSize(block, leastDue);
            }
            Http2Literals.tableSize(block, size);
            leastDue = UNCHANGED;
        }
    }
}
