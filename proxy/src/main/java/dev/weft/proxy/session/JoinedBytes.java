package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Joins bytes of one direction that were read one after the other, to read them as a whole. */
public final class JoinedBytes {
    private JoinedBytes() {}

    /** Returns both in one buffer. Takes ownership of both, and copies nothing if there was nothing before. */
    public static ByteBuf of(ByteBufAllocator alloc, ByteBuf before, ByteBuf more) {
        if (!before.isReadable()) {
            before.release();
            return more;
        }
        ByteBuf both = alloc.ioBuffer(before.readableBytes() + more.readableBytes());
        both.writeBytes(before).writeBytes(more);
        before.release();
        more.release();
        return both;
    }
}
