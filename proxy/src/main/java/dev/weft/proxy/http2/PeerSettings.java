package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.HeaderCodec;

/** The peer's SETTINGS, which limit this side (RFC 9113 section 6.5.2). */
final class PeerSettings {
    /** Streams that may be opened before the peer has announced its limit. */
    private static final int PRESUMED_CONCURRENT_STREAMS = 100;

    private int initialWindow = Http2Settings.DEFAULT_WINDOW;
    private int nextInitialWindow = Http2Settings.DEFAULT_WINDOW;
    private int maxFrameSize = Frames.DEFAULT_MAX_FRAME_SIZE;
    private long maxConcurrentStreams = PRESUMED_CONCURRENT_STREAMS;
    private long certificates;
    private boolean requests;
    private boolean arrived;

    /**
     * All settings of a frame have been applied. If the peer's first SETTINGS do not limit the streams, there is no
     * limit. The windows of open streams move with the setting (section 6.9.2): once for a frame, even if the frame
     * repeats the setting.
     *
     * @return how far the windows move, in octets
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

    /** Returns how many certificates the peer has had; 0 if the peer does not say. */
    long certificates() {
        return certificates;
    }

    /** Whether the peer supports requests that travel as streams of their own. */
    boolean requests() {
        return requests;
    }

    /**
     * Applies one setting of the peer; {@link #arrived} is called after the last.
     *
     * @param fromServer whether the peer is the server
     * @param headers the codec that follows the peer's header table size
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
            throw FrameRules.protocol("max frame size " + value + " is out of bounds (section 6.5.2)");
        }
        maxFrameSize = (int) value;
    }

    private static void checkPush(long value, boolean fromServer) throws Http2Violation {
        if (value > 1 || (fromServer && value == 1)) {
            throw FrameRules.protocol("enable push " + value + " is not allowed (section 6.5.2)");
        }
    }
}
