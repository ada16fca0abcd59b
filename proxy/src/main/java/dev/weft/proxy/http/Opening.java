package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * What has come on a connection before it is clear which HTTP the caller speaks. The octets of the caller that are kept are fewer
 * than a preface. An application of HTTP/2 may speak first, with its SETTINGS (RFC 9113 section 3.4); no other does.
 */
final class Opening {
    /** An application that sends more before it was asked anything is refused. */
    private static final int MOST_OF_APPLICATION = 16 * 1024;
    /** Of a SETTINGS frame, after three octets of length: its type, no flags, stream 0. */
    private static final byte[] SETTINGS = {4, 0, 0, 0, 0, 0};

    private static final int LENGTH_OCTETS = 3;

    private ByteBuf caller = Unpooled.EMPTY_BUFFER;
    private ByteBuf application = Unpooled.EMPTY_BUFFER;

    /** Keeps what the caller has said, and judges what it speaks; null as long as that is not clear. */
    @Nullable
    Protocol caller(ByteBuf data) {
        caller = joined(caller, data);
        int seen = Math.min(caller.readableBytes(), Frames.PREFACE.length());
        for (int i = 0; i < seen; i++) {
            if (caller.getByte(caller.readerIndex() + i) != Frames.PREFACE.byteAt(i)) {
                return Protocol.HTTP1;
            }
        }
        return seen == Frames.PREFACE.length() ? Protocol.HTTP2 : null;
    }

    /** Keeps what the application has said; false if it cannot be HTTP. */
    boolean application(ByteBuf data) {
        application = joined(application, data);
        int settings = Math.min(application.readableBytes() - LENGTH_OCTETS, SETTINGS.length);
        for (int i = 0; i < settings; i++) {
            if (application.getByte(application.readerIndex() + LENGTH_OCTETS + i) != SETTINGS[i]) {
                return false;
            }
        }
        return application.readableBytes() <= MOST_OF_APPLICATION;
    }

    /** What is kept of the caller; ownership passes. */
    ByteBuf ofCaller() {
        ByteBuf kept = caller;
        caller = Unpooled.EMPTY_BUFFER;
        return kept;
    }

    /** What is kept of the application; ownership passes. */
    ByteBuf ofApplication() {
        ByteBuf kept = application;
        application = Unpooled.EMPTY_BUFFER;
        return kept;
    }

    int held() {
        return caller.readableBytes() + application.readableBytes();
    }

    void close() {
        ofCaller().release();
        ofApplication().release();
    }

    private static ByteBuf joined(ByteBuf before, ByteBuf more) {
        if (!before.isReadable()) {
            before.release();
            return more;
        }
        ByteBuf both = before.alloc().buffer(before.readableBytes() + more.readableBytes());
        both.writeBytes(before).writeBytes(more);
        before.release();
        more.release();
        return both;
    }
}
