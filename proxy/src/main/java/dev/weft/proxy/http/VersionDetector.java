package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.session.JoinedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The data that has come on a connection before it is clear which HTTP version the caller speaks. Fewer octets than a
 * preface are kept of the caller. An HTTP/2 application may speak first, with its SETTINGS (RFC 9113 section 3.4); no
 * other application does.
 */
public final class VersionDetector {
    /** Most octets of the application: one that sends more before any request is refused. */
    private static final int MOST_OF_APPLICATION = 16 * 1024;
    /** The octets of a SETTINGS frame after its length of three octets: the type, no flags, stream 0. */
    private static final byte[] SETTINGS = {4, 0, 0, 0, 0, 0};

    private static final int LENGTH_OCTETS = 3;

    private ByteBuf caller = Unpooled.EMPTY_BUFFER;
    private ByteBuf application = Unpooled.EMPTY_BUFFER;

    /** Nothing has come yet. */
    public VersionDetector() {}

    /** Keeps the caller's data, and returns the protocol that the caller speaks; null while that is not clear. */
    public @Nullable Protocol caller(ByteBuf data) {
        keep(data);
        int seen = Math.min(caller.readableBytes(), Frames.PREFACE.length());
        for (int i = 0; i < seen; i++) {
            if (caller.getByte(caller.readerIndex() + i) != Frames.PREFACE.byteAt(i)) {
                return Protocol.HTTP1;
            }
        }
        return seen == Frames.PREFACE.length() ? Protocol.HTTP2 : null;
    }

    /** Keeps the caller's data. */
    void keep(ByteBuf data) {
        caller = JoinedBytes.of(data.alloc(), caller, data);
    }

    /** Keeps the application's data; returns false if it cannot be HTTP. */
    boolean application(ByteBuf data) {
        application = JoinedBytes.of(data.alloc(), application, data);
        if (application.isReadable() && application.getByte(application.readerIndex()) != 0) {
            return false; // a longer frame than any SETTINGS
        }
        int settings = Math.min(application.readableBytes() - LENGTH_OCTETS, SETTINGS.length);
        for (int i = 0; i < settings; i++) {
            if (application.getByte(application.readerIndex() + LENGTH_OCTETS + i) != SETTINGS[i]) {
                return false;
            }
        }
        return application.readableBytes() <= MOST_OF_APPLICATION;
    }

    /** Returns the caller's data that was kept; ownership passes. */
    public ByteBuf ofCaller() {
        ByteBuf kept = caller;
        caller = Unpooled.EMPTY_BUFFER;
        return kept;
    }

    /** Returns the application's data that was kept; ownership passes. */
    ByteBuf ofApplication() {
        ByteBuf kept = application;
        application = Unpooled.EMPTY_BUFFER;
        return kept;
    }

    /** Whether no octet of the caller has come. */
    public boolean nothingOfCaller() {
        return !caller.isReadable();
    }

    int held() {
        return caller.readableBytes() + application.readableBytes();
    }

    /** Releases what was kept. */
    public void close() {
        ofCaller().release();
        ofApplication().release();
    }
}
