package dev.weft.proxy.http2.header;

import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the HEADERS and CONTINUATION frames of one direction (RFC 9113 sections 6.2 and 6.10) up to a complete
 * header block. A block may be longer than the fields that are accepted: it is still decoded, because it may
 * change the dynamic table, and only its stream is refused.
 */
public final class BlockCollector {
    /** Octets of a header block as sent that are read in any case, however few are accepted. */
    private static final int LEAST_MOST = 128 * 1024;
    /** Most CONTINUATION frames of one header block: few, however small they are (CVE-2024-27316). */
    private static final int MOST_FRAGMENTS = 16;
    /** Octets of padding, padding length and priority fields that may come on top. */
    private static final int OVERHEAD = 261;

    private static final int PRIORITY_OCTETS = 5;

    /** Receives each complete block. */
    public interface Whole {
        /**
         * Receives a complete block.
         *
         * @param fields the header block, lent
         * @param frames the frames as they came, lent; empty if frames are not kept
         */
        void block(int streamId, ByteBuf fields, boolean endStream, ByteBuf frames) throws Http2Violation;
    }

    private final Whole whole;
    private final Consumer<Limit> hits;
    private final boolean keepsFrames;
    private final int most;
    private @Nullable ByteBuf block;
    private ByteBuf frames = Unpooled.EMPTY_BUFFER;
    private int blockStream;
    private boolean blockEndsStream;
    private int fragments;

    /**
     * Makes a collector that has seen no frames.
     *
     * @param hits is called for a block that exceeds a limit
     * @param keepsFrames whether the frames are kept as they came
     * @param accepted octets of fields that are accepted. A block may have twice as many, and {@value #LEAST_MOST} in
     *     any case; a longer one ends the connection
     */
    public BlockCollector(Whole whole, Consumer<Limit> hits, boolean keepsFrames, int accepted) {
        this.whole = whole;
        this.hits = hits;
        this.keepsFrames = keepsFrames;
        this.most = Math.max(LEAST_MOST, 2 * accepted);
    }

    /** Returns the memory, in octets, of the block that has not ended. */
    public int held() {
        return frames.capacity() + (block == null ? 0 : block.capacity());
    }

    /** Releases what is held. */
    public void close() {
        if (block != null) {
            block.release();
            block = null;
        }
        frames.release();
        frames = Unpooled.EMPTY_BUFFER;
    }

    /** Whether a frame may come now: within a block, only a CONTINUATION of it may. */
    public boolean admits(int type, int streamId) {
        return block == null || (type == Frames.CONTINUATION && streamId == blockStream);
    }

    /** A frame of a block begins: checks whether it may, before its payload is kept. */
    public void begin(int type, int streamId, int length) throws Http2Violation {
        if (streamId == 0) {
            throw FrameRules.protocol("HEADERS or CONTINUATION on stream 0 (section 6.2)");
        }
        ByteBuf begun = block;
        if (type == Frames.CONTINUATION && begun == null) {
            throw FrameRules.protocol("CONTINUATION without HEADERS (section 6.10)");
        }
        int total = length + (begun == null ? 0 : begun.readableBytes());
        fragments = begun == null ? 0 : fragments + 1;
        if (total > most + OVERHEAD || fragments > MOST_FRAGMENTS) {
            hits.accept(Limit.HEADERS_SIZE);
            throw Http2Violation.connection(
                    ErrorCode.ENHANCE_YOUR_CALM,
                    "header block of " + total + " octets or more in " + fragments + " fragments (section 10.5)");
        }
    }

    /** Receives the payload of a HEADERS or CONTINUATION frame, lent. */
    public void taken(int type, int flags, int streamId, ByteBuf payload) throws Http2Violation {
        keep(type, flags, streamId, payload);
        ByteBuf fragment = type == Frames.HEADERS ? fragment(flags, payload) : payload;
        boolean complete = (flags & Frames.END_HEADERS) != 0;
        if (type == Frames.HEADERS) {
            blockStream = streamId;
            blockEndsStream = (flags & Frames.END_STREAM) != 0;
            if (complete) {
                complete(fragment);
                return;
            }
            block = ByteBufAllocator.DEFAULT.buffer(fragment.readableBytes());
        }
        ByteBuf all = block;
        if (all == null) {
            throw FrameRules.protocol("CONTINUATION without HEADERS (section 6.10)");
        }
        all.writeBytes(fragment);
        if (complete) {
            block = null;
            try {
                complete(all);
            } finally {
                all.release();
            }
        }
    }

    private void keep(int type, int flags, int streamId, ByteBuf payload) {
        if (keepsFrames) {
            if (!frames.isReadable()) {
                frames = ByteBufAllocator.DEFAULT.buffer(Frames.HEADER_LENGTH + payload.readableBytes());
            }
            Frames.header(frames, type, flags, streamId, payload.readableBytes());
            frames.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
        }
    }

    private void complete(ByteBuf fields) throws Http2Violation {
        ByteBuf came = frames;
        frames = Unpooled.EMPTY_BUFFER;
        try {
            whole.block(blockStream, fields, blockEndsStream, came);
        } finally {
            came.release();
        }
    }

    /** Returns the payload without padding and priority. */
    private static ByteBuf fragment(int flags, ByteBuf payload) throws Http2Violation {
        int padding = 0;
        if ((flags & Frames.PADDED) != 0) {
            size(payload.isReadable());
            padding = payload.readUnsignedByte();
        }
        if ((flags & Frames.HAS_PRIORITY) != 0) {
            size(payload.readableBytes() >= PRIORITY_OCTETS);
            payload.skipBytes(PRIORITY_OCTETS);
        }
        if (padding > payload.readableBytes()) {
            throw FrameRules.protocol("padding of " + padding + " octets exceeds the HEADERS frame (section 6.2)");
        }
        return payload.slice(payload.readerIndex(), payload.readableBytes() - padding);
    }

    private static void size(boolean fits) throws Http2Violation {
        if (!fits) {
            throw Http2Violation.connection(ErrorCode.FRAME_SIZE_ERROR, "HEADERS of a wrong length (section 6.2)");
        }
    }
}
