package dev.weft.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Data that came from the caller while the gate was full. Takes no memory while it is empty. */
final class Http1Waiting {
    private @Nullable Deque<ByteBuf> pieces;
    private int bytes;

    boolean isEmpty() {
        return pieces == null;
    }

    int bytes() {
        return bytes;
    }

    void addLast(ByteBuf piece) {
        pieces().addLast(piece);
        bytes += piece.readableBytes();
    }

    void addFirst(ByteBuf piece) {
        pieces().addFirst(piece);
        bytes += piece.readableBytes();
    }

    private Deque<ByteBuf> pieces() {
        Deque<ByteBuf> some = pieces;
        if (some == null) {
            some = new ArrayDeque<>(2);
            pieces = some;
        }
        return some;
    }

    /** Returns the next piece; null if there is none. */
    @Nullable
    ByteBuf poll() {
        if (pieces == null) {
            return null;
        }
        ByteBuf piece = pieces.removeFirst();
        bytes -= piece.readableBytes();
        if (pieces.isEmpty()) {
            pieces = null;
        }
        return piece;
    }

    void release() {
        if (pieces != null) {
            pieces.forEach(ByteBuf::release);
            pieces = null;
        }
        bytes = 0;
    }
}
