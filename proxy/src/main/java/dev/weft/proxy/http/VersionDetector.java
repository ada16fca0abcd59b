package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import java.util.function.BooleanSupplier;
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

    private final KeptOctets caller = new KeptOctets();
    private final KeptOctets application = new KeptOctets();

    /** Nothing has come yet. */
    public VersionDetector() {}

    /** Keeps the caller's data, and returns the protocol that the caller speaks; null while that is not clear. */
    public @Nullable Protocol caller(ByteBuf data) {
        caller.add(data);
        ByteBuf kept = caller.look();
        int seen = Math.min(kept.readableBytes(), Frames.PREFACE.length());
        for (int i = 0; i < seen; i++) {
            if (kept.getByte(kept.readerIndex() + i) != Frames.PREFACE.byteAt(i)) {
                return Protocol.HTTP1;
            }
        }
        if (seen == Frames.PREFACE.length()) {
            return Protocol.HTTP2;
        }
        caller.stay();
        return null;
    }

    /** Keeps the caller's data for as long as it is not clear what it is. */
    void keep(ByteBuf data) {
        caller.add(data);
        caller.stay();
    }

    /** Keeps the caller's data, which is taken at once. */
    void last(ByteBuf data) {
        caller.add(data);
    }

    /** Keeps the application's data; returns false if it cannot be HTTP. */
    boolean application(ByteBuf data) {
        application.add(data);
        application.stay();
        ByteBuf kept = application.look();
        if (kept.isReadable() && kept.getByte(kept.readerIndex()) != 0) {
            return false; // a longer frame than any SETTINGS
        }
        int settings = Math.min(kept.readableBytes() - LENGTH_OCTETS, SETTINGS.length);
        for (int i = 0; i < settings; i++) {
            if (kept.getByte(kept.readerIndex() + LENGTH_OCTETS + i) != SETTINGS[i]) {
                return false;
            }
        }
        return kept.readableBytes() <= MOST_OF_APPLICATION;
    }

    /** Returns the caller's data that was kept, which stays here. */
    ByteBuf look() {
        return caller.look();
    }

    /** Returns the caller's data that was kept; ownership passes. */
    public ByteBuf ofCaller() {
        return caller.take();
    }

    /** Returns the application's data that was kept; ownership passes. */
    ByteBuf ofApplication() {
        return application.take();
    }

    /** Passes on to a gate what was kept: what the application said only if the gate goes on by then. */
    void passTo(HttpGate gate, BooleanSupplier over) {
        gate.request(ofCaller());
        ByteBuf said = ofApplication();
        if (said.isReadable() && !over.getAsBoolean()) {
            gate.response(said);
        } else {
            said.release();
        }
    }

    /** Whether no octet of the caller has come. */
    public boolean nothingOfCaller() {
        return !caller.look().isReadable();
    }

    /** Returns about how much memory is held, in octets. */
    int held() {
        return caller.held() + application.held();
    }

    /** Releases what was kept. */
    public void close() {
        ofCaller().release();
        ofApplication().release();
    }
}
