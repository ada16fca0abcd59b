package dev.weft.proxy.http;

import dev.weft.proxy.pieces.PieceQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * The octets of one side that are kept until it is clear how to read them. What stays is copied into one buffer, because
 * a piece keeps alive all the memory that it arrived in. Takes ownership of every buffer. Belongs to one event loop.
 */
final class KeptOctets {
    private static final int FIRST = 256;

    private ByteBuf octets = Unpooled.EMPTY_BUFFER;
    /** Whether the buffer is this object's, and grows. */
    private boolean own;

    /** Adds a piece at the end; if it is the first, it is not copied before {@link #stay}. */
    void add(ByteBuf piece) {
        if (!octets.isReadable()) {
            take().release();
            octets = piece;
            return;
        }
        try {
            own(piece.alloc(), piece.readableBytes());
            octets.writeBytes(piece);
        } finally {
            piece.release();
        }
    }

    /** The octets are kept for longer. */
    void stay() {
        if (octets.isReadable()) {
            own(octets.alloc(), 0);
        }
    }

    private void own(ByteBufAllocator alloc, int more) {
        if (own) {
            return;
        }
        ByteBuf copy = alloc.ioBuffer(Math.max(FIRST, octets.readableBytes() + more));
        copy.writeBytes(octets);
        octets.release();
        octets = copy;
        own = true;
    }

    /** Returns the octets, which stay here. */
    ByteBuf look() {
        return octets;
    }

    /** Returns the octets; ownership passes. */
    ByteBuf take() {
        ByteBuf kept = octets;
        octets = Unpooled.EMPTY_BUFFER;
        own = false;
        return kept;
    }

    /** Returns about how much memory is held, in octets. */
    int held() {
        int memory = own ? octets.capacity() : octets.readableBytes();
        return octets.isReadable() ? PieceQueue.PIECE + memory : 0;
    }
}
