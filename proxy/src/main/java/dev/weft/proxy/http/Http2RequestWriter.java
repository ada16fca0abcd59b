package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Writes the heads and trailers of requests to the application, without its header table. */
final class Http2RequestWriter {
    /** Octets of heads after which no more requests are read while the application's connection is full. */
    static final int MOST_WRITTEN = 256 * 1024;

    private final Consumer<ByteBuf> toApplication;
    private final BooleanSupplier applicationTakes;
    private boolean firstBlock = true;
    /** Octets that were written since the application's connection last took more. */
    private int written;

    Http2RequestWriter(Consumer<ByteBuf> toApplication, BooleanSupplier applicationTakes) {
        this.toApplication = toApplication;
        this.applicationTakes = applicationTakes;
    }

    /** Writes one header block; returns the number of octets. */
    int forward(int streamId, Http2Headers headers, String clientId, boolean endStream) {
        ByteBuf literal = ByteBufAllocator.DEFAULT.buffer();
        try {
            if (firstBlock) {
                firstBlock = false;
                Http2Literals.tableSize(literal, 0); // no later setting of the application is below 0
            }
            Http2Head.write(literal, headers, clientId);
            int size = literal.readableBytes();
            ByteBuf frames = ByteBufAllocator.DEFAULT.buffer(size + 2 * Frames.HEADER_LENGTH);
            Http2Octets.headers(frames, streamId, literal, endStream);
            written += size;
            toApplication.accept(frames);
            return size;
        } finally {
            literal.release();
        }
    }

    /**
     * Whether no more requests are read for now. One octet of the caller can name a field of 4 KiB in its header table,
     * and this writes the field itself: the application's connection can fill up within one read.
     */
    boolean pauses() {
        return written >= MOST_WRITTEN && !applicationTakes.getAsBoolean();
    }

    /** Begins to count again, if the application's connection takes more octets. */
    void look() {
        if (written > 0 && applicationTakes.getAsBoolean()) {
            written = 0;
        }
    }
}
