package dev.weft.proxy.http2.frame;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/** Constants of RFC 9113: the preface, the header of frames, and the numbers of frames, flags and settings. */
public final class Frames {
    /** The first bytes that a client sends (section 3.4). */
    public static final AsciiString PREFACE = AsciiString.cached("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /** Octets of a frame's header (section 4.1). */
    public static final int HEADER_LENGTH = 9;

    // Frame types (section 6).
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    /**
     * Weft's own frame, from the types for experiments (RFC 7540 section 11.2), on a session's stream and without a
     * payload: connections to the destination are carried in a better way by now, so this one should end in order. It is
     * only sent to peers that send {@link #SETTINGS_REQUESTS}. A peer that does not know it ignores it (section 5.5).
     */
    public static final int RECONNECT = 0xf7;

    // Flags (section 6).
    public static final int ACK = 0x1;
    public static final int END_STREAM = 0x1;
    public static final int END_HEADERS = 0x4;
    public static final int PADDED = 0x8;
    public static final int HAS_PRIORITY = 0x20;

    // Settings (section 6.5.2).
    public static final int SETTINGS_HEADER_TABLE_SIZE = 1;
    public static final int SETTINGS_ENABLE_PUSH = 2;
    public static final int SETTINGS_MAX_CONCURRENT_STREAMS = 3;
    public static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
    public static final int SETTINGS_MAX_FRAME_SIZE = 5;
    public static final int SETTINGS_MAX_HEADER_LIST_SIZE = 6;
    /**
     * Weft's own setting, from the range for experiments (section 11.3): how many certificates this side has had since
     * the tunnel began. A peer that sends it can be asked to prove itself again. Other peers ignore it (section 6.5.2).
     */
    public static final int SETTINGS_CERTIFICATES = 0xf7e5;

    /**
     * Weft's own setting, with the value 1 in a tunnel's first SETTINGS: this side supports requests that travel as
     * streams of their own. A sidecar that does not send it gets CONNECT.
     */
    public static final int SETTINGS_REQUESTS = 0xf7e6;

    /** Frame payload, in octets, that every peer accepts (section 4.2). */
    public static final int DEFAULT_MAX_FRAME_SIZE = 16_384;

    public static final int LARGEST_MAX_FRAME_SIZE = 16_777_215;

    private Frames() {}

    /** Writes the header of a frame (section 4.1). */
    public static void header(ByteBuf to, int type, int flags, int streamId, int length) {
        to.writeLong(((long) length << 40) | ((long) type << 32) | ((long) flags << 24) | (streamId >>> 8));
        to.writeByte(streamId);
    }
}
