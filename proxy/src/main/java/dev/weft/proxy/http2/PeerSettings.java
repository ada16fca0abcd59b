package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.HeaderCodec;

/** What the peer's SETTINGS allow us (RFC 9113 section 6.5.2). */
final class PeerSettings {
    /** Streams that may be opened before the peer has said how many. */
    private static final int PRESUMED_CONCURRENT_STREAMS = 100;

    private int initialWindow = Http2Settings.DEFAULT_WINDOW;
    private int nextInitialWindow = Http2Settings.DEFAULT_WINDOW;
    private int maxFrameSize = Frames.DEFAULT_MAX_FRAME_SIZE;
    private long maxConcurrentStreams = PRESUMED_CONCURRENT_STREAMS;
    private long certificates;
    private boolean requests;
    private boolean arrived;

    /**
     * All settings of a frame are here. A limit of streams that the first does not name does not exist. The open streams'
     * windows move with the setting (section 6.9.2): once for a frame, whatever it repeats.
     *
     * @return by how much they move
     */
    int arrived() {
        if (!arrived && maxConcurrentStreams == PRESUMED_CONCURRENT_STREAMS) {
            maxConcurrentStreams = Long.MAX_VALUE;
        }
        arrived = true;
        int change = nextInitialWindow - initialWindow;
        initialWindow = nextInitialWindow;
        return change;
    }

    int initialWindow() {
        return initialWindow;
    }

    int maxFrameSize() {
        return maxFrameSize;
    }

    long maxConcurrentStreams() {
        return maxConcurrentStreams;
    }

    /** How many certificates the peer has had; 0 where it does not say. */
    long certificates() {
        return certificates;
    }

    /** Whether the peer knows requests that travel as streams of their own. */
    boolean requests() {
        return requests;
    }

    /**
     * One setting of the peer's; {@link #arrived} follows.
     *
     * @param fromServer which side the peer is
     * @param headers what its table for header fields is of concern to
     */
    void apply(int id, long value, boolean fromServer, HeaderCodec headers) throws Http2Violation {
        switch (id) {
            case Frames.SETTINGS_HEADER_TABLE_SIZE -> headers.encoderTable(value);
            case Frames.SETTINGS_ENABLE_PUSH -> checkPush(value, fromServer);
            case Frames.SETTINGS_MAX_CONCURRENT_STREAMS -> {
                maxConcurrentStreams = value;
                arrived = true;
            }
            case Frames.SETTINGS_INITIAL_WINDOW_SIZE -> initialWindow(value);
            case Frames.SETTINGS_MAX_FRAME_SIZE -> maxFrameSize(value);
            case Frames.SETTINGS_CERTIFICATES -> certificates = value;
            case Frames.SETTINGS_REQUESTS -> requests = value == 1;
            default -> {} // advice, or unknown (section 6.5.2)
        }
    }

    private void initialWindow(long value) throws Http2Violation {
        if (value > Integer.MAX_VALUE) {
            throw Http2Violation.connection(
                    ErrorCode.FLOW_CONTROL_ERROR, "initial window size " + value + " exceeds 2^31-1 (section 6.5.2)");
        }
        nextInitialWindow = (int) value;
    }

    private void maxFrameSize(long value) throws Http2Violation {
        if (value < Frames.DEFAULT_MAX_FRAME_SIZE || value > Frames.LARGEST_MAX_FRAME_SIZE) {
            throw Http2Violation.connection(
                    ErrorCode.PROTOCOL_ERROR, "max frame size " + value + " is out of bounds (section 6.5.2)");
        }
        maxFrameSize = (int) value;
    }

    private static void checkPush(long value, boolean fromServer) throws Http2Violation {
        if (value > 1 || (fromServer && value == 1)) {
            throw Http2Violation.connection(
                    ErrorCode.PROTOCOL_ERROR, "enable push " + value + " is not allowed (section 6.5.2)");
        }
    }
}
