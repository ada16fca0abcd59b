package dev.weft.proxy.exchange;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** What was sent of a request, as long as it may have to be sent to another endpoint. */
final class Sent {
    /** Bytes from which on no more of the request is read before the endpoint has accepted it. */
    static final int MOST = 64 * 1024;

    private final Deque<ByteBuf> pieces = new ArrayDeque<>(2);
    private int bytes;
    private boolean settled;

    /** Something that is sent now; it stays the caller's too. */
    void add(ByteBuf data) {
        if (!settled) {
            bytes += data.readableBytes();
            pieces.add(data.retainedDuplicate());
        }
    }

    /** What was added first is this instead; takes ownership. Only before something was settled. */
    void changeFirst(ByteBuf data) {
        ByteBuf first = pieces.removeFirst();
        bytes += data.readableBytes() - first.readableBytes();
        first.release();
        pieces.addFirst(data);
    }

    /** Whether all that was sent is kept. */
    boolean isWhole() {
        return !settled;
    }

    /** Says it again; each buffer is the receiver's. */
    void repeat(Consumer<ByteBuf> to) {
        for (ByteBuf piece : pieces) {
            to.accept(piece.retainedDuplicate());
        }
    }

    /** Shows what was added after the first. */
    void rest(Consumer<ByteBuf> to) {
        pieces.stream().skip(1).forEach(to);
    }

    /** Whether no more is to be sent before it is settled. */
    boolean isFull() {
        return !settled && bytes >= MOST;
    }

    int bytes() {
        return bytes;
    }

    /** It goes to no other endpoint any more: nothing is kept. */
    void settle() {
        settled = true;
        pieces.forEach(ByteBuf::release);
        pieces.clear();
        bytes = 0;
    }
}
