package dev.weft.proxy.exchange;

import dev.weft.proxy.pieces.PieceQueue;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** Keeps the sent part of a request as long as it may have to be sent to another endpoint. */
final class SentData {
    /** The number of kept bytes from which no more of the request is read before the endpoint has accepted it. */
    static final int MOST = 64 * 1024;

    private final Deque<ByteBuf> pieces = new ArrayDeque<>(2);
    private int bytes;
    private boolean settled;

    /** Starts with a head that is not sent yet; takes ownership. */
    SentData(ByteBuf head) {
        bytes = head.readableBytes();
        pieces.add(head);
    }

    /** Keeps data that is sent now; the caller keeps ownership, too. */
    void add(ByteBuf data) {
        if (!settled) {
            bytes += data.readableBytes();
            pieces.add(data.retainedDuplicate());
        }
    }

    /** Replaces the data that was added first; takes ownership. Allowed only before {@link #settle}. */
    void changeFirst(ByteBuf data) {
        ByteBuf first = pieces.removeFirst();
        bytes += data.readableBytes() - first.readableBytes();
        first.release();
        pieces.addFirst(data);
    }

    /** Whether all sent data is still kept. */
    boolean isWhole() {
        return !settled;
    }

    /** Passes on all kept data again; the receiver owns each buffer. */
    void repeat(Consumer<ByteBuf> to) {
        for (ByteBuf piece : pieces) {
            to.accept(piece.retainedDuplicate());
        }
    }

    /** Passes on the data that was added after the first; the receiver does not own it. */
    void rest(Consumer<ByteBuf> to) {
        pieces.stream().skip(1).forEach(to);
    }

    /** Whether no more data may be sent before {@link #settle}. */
    boolean isFull() {
        return !settled && held() >= MOST;
    }

    /** Returns about how much memory the kept data takes, in bytes. */
    int held() {
        return bytes + PieceQueue.PIECE * pieces.size();
    }

    /** Releases all kept data and keeps no more: the request goes to no other endpoint. */
    void settle() {
        settled = true;
        for (ByteBuf piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            piece.release();
        }
        bytes = 0;
    }
}
