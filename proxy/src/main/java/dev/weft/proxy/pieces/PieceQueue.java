package dev.weft.proxy.pieces;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Data that waits for its receiver. It takes about as much memory as {@link #held} counts, however small the pieces are
 * in which it came: small ones are copied into one buffer, because each would keep alive all the memory that it arrived
 * in. Takes ownership of every buffer. Belongs to one event loop.
 */
public final class PieceQueue {
    /** What a piece counts beside its octets, in octets. */
    public static final int PIECE = 1024;
    /** Smaller pieces are copied, in octets. */
    public static final int SMALL = 4096;

    /** Most octets of a buffer into which small pieces are copied. */
    private static final int MOST_JOINED = 2 * SMALL;

    private static final int FIRST = 512;

    private @Nullable ArrayDeque<ByteBuf> pieces;
    /** The last buffer, if more small pieces may be copied into it. */
    private @Nullable ByteBuf open;

    private int octets;

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return pieces == null || pieces.isEmpty();
    }

    /** Returns the number of octets that wait. */
    public int octets() {
        return octets;
    }

    /** Returns about how much memory is held, in octets. */
    public int held() {
        return pieces == null ? 0 : octets + PIECE * pieces.size();
    }

    /** Adds a piece at the end. */
    public void addLast(ByteBuf piece) {
        int n = piece.readableBytes();
        if (n >= SMALL) {
            open = null;
            pieces().addLast(piece);
            octets += n;
            return;
        }
        try {
            if (n > 0) {
                open(piece, n).writeBytes(piece);
                octets += n;
            }
        } finally {
            piece.release();
        }
    }

    private ByteBuf open(ByteBuf piece, int n) {
        ByteBuf last = open;
        if (last == null || last.writerIndex() + n > MOST_JOINED) {
            last = piece.alloc().ioBuffer(Math.max(FIRST, n), MOST_JOINED);
            pieces().addLast(last);
            open = last;
        }
        return last;
    }

    /** Adds a piece at the beginning, as it is: the rest of the piece that was polled last, or one to be polled next. */
    public void addFirst(ByteBuf piece) {
        pieces().addFirst(piece);
        octets += piece.readableBytes();
    }

    private ArrayDeque<ByteBuf> pieces() {
        ArrayDeque<ByteBuf> some = pieces;
        if (some == null) {
            some = new ArrayDeque<>(2);
            pieces = some;
        }
        return some;
    }

    /** Removes the first piece; null if there is none. Ownership passes. */
    public @Nullable ByteBuf poll() {
        return poll(Integer.MAX_VALUE);
    }

    /** Removes the first octets, at most so many and at most one piece; null if there are none. Ownership passes. */
    @SuppressWarnings("ReferenceEquality") // the open buffer is one of the pieces
    public @Nullable ByteBuf poll(int most) {
        ByteBuf first = pieces == null ? null : pieces.peekFirst();
        if (pieces == null || first == null) {
            return null;
        }
        if (first == open) {
            open = null; // a buffer that grows would move the octets of a slice
        }
        int readable = first.readableBytes();
        if (readable > most) {
            octets -= most;
            return first.readRetainedSlice(most);
        }
        octets -= readable;
        return pieces.removeFirst();
    }

    /** Releases all pieces. */
    public void release() {
        if (pieces != null) {
            pieces.forEach(ByteBuf::release);
            pieces = null;
        }
        open = null;
        octets = 0;
    }
}
