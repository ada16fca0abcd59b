package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * What the application has said before the far end is known to stand, so that another endpoint can be tried with it; and what
 * the far end has said before the relay starts.
 */
final class EarlyBytes {
    /** Bytes of the application that are kept; no more are read before the far end stands. */
    private static final int MOST = 64 * 1024;

    private final Queue<ByteBuf> said = new ArrayDeque<>();
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private int bytes;

    /** The application said this; it stays the caller's too. */
    void said(ByteBuf data) {
        said.add(data.retainedDuplicate());
        bytes += data.readableBytes();
    }

    /** The far end said this: what a hang-up brings along although reading is off, one read at most. Takes ownership. */
    void early(ByteBuf data) {
        early.add(data);
    }

    /** Says again what the application has said; each buffer is the receiver's. */
    void repeat(Consumer<ByteBuf> to) {
        for (ByteBuf data : said) {
            to.accept(data.retainedDuplicate());
        }
    }

    /** Gives on what the far end has said. */
    void drainEarly(Consumer<ByteBuf> to) {
        for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
            to.accept(data);
        }
    }

    boolean isFull() {
        return bytes >= MOST;
    }

    /** Whether the application has said anything, even if it was let go since. */
    boolean any() {
        return bytes > 0;
    }

    void release() {
        for (ByteBuf data = said.poll(); data != null; data = said.poll()) {
            data.release();
        }
        drainEarly(ByteBuf::release);
        // bytes stays: it says that something was said
    }
}
