package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Keeps the bytes that the application sent before the far end was established, so that they can be sent to another
 * endpoint; and the bytes that the far end sent before the relay started.
 */
final class EarlyBytes {
    /** The most bytes of the application that are kept; then no more are read until the far end is established. */
    private static final int MOST = 64 * 1024;

    private final Queue<ByteBuf> said = new ArrayDeque<>();
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private int bytes;

    /** Keeps bytes from the application; the caller keeps ownership, too. */
    void said(ByteBuf data) {
        said.add(data.retainedDuplicate());
        bytes += data.readableBytes();
    }

    /**
     * Keeps bytes from the far end, which a hang-up can deliver although reading is off: one read at most. Takes
     * ownership.
     */
    void early(ByteBuf data) {
        early.add(data);
    }

    /** Passes on the application's bytes again; the receiver owns each buffer. */
    void repeat(Consumer<ByteBuf> to) {
        for (ByteBuf data : said) {
            to.accept(data.retainedDuplicate());
        }
    }

    /** Passes on the bytes of the far end; the receiver owns each buffer. */
    void drainEarly(Consumer<ByteBuf> to) {
        for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
            to.accept(data);
        }
    }

    boolean isFull() {
        return bytes >= MOST;
    }

    /** Whether the application has sent anything, even if it has been released since. */
    boolean any() {
        return bytes > 0;
    }

    void release() {
        for (ByteBuf data = said.poll(); data != null; data = said.poll()) {
            data.release();
        }
        drainEarly(ByteBuf::release);
        // bytes stays: it records that something was sent
    }
}
