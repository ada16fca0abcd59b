package dev.weft.proxy.http2;

import java.time.Duration;

/**
 * The limits of a connection.
 *
 * @param streamWindow bytes that a new stream may hold unconsumed, announced as SETTINGS_INITIAL_WINDOW_SIZE
 * @param maxStreamWindow bytes that a stream may hold whose receiver keeps consuming. Its window doubles up to this
 *     size while the connection holds less than an eighth of its window, and all stream windows together have grown by
 *     less than three eighths of it
 * @param connectionWindow bytes that all streams of the connection may hold unconsumed
 * @param maxFrameSize largest accepted payload of a frame, 16,384 to 16,777,215 bytes (SETTINGS_MAX_FRAME_SIZE)
 * @param maxConcurrentStreams streams that the peer may have open
 * @param maxHeaderListSize bytes of a header block, both as sent and as decoded (SETTINGS_MAX_HEADER_LIST_SIZE)
 * @param sendQueueHigh queued bytes at which a stream stops being writable
 * @param sendQueueLow queued bytes at which a stream becomes writable again
 * @param settingsTimeout time in which the peer's SETTINGS must arrive
 */
public record Http2Settings(
        int streamWindow,
        int maxStreamWindow,
        int connectionWindow,
        int maxFrameSize,
        int maxConcurrentStreams,
        int maxHeaderListSize,
        int sendQueueHigh,
        int sendQueueLow,
        Duration settingsTimeout) {
    /** Window of every connection and stream before any setting (RFC 9113 section 6.9.2). */
    public static final int DEFAULT_WINDOW = 65_535;

    private static final int KIB = 1024;
    private static final int MIN_FRAME_SIZE = 16_384;
    private static final int MAX_FRAME_SIZE = 16_777_215;

    /**
     * Limits for tunnels. A stream's window starts with 64 KiB and grows to 1 MiB while its receiver keeps up and the
     * connection holds less than 4 MiB. All windows together grow by at most 12 MiB, so 320 sessions may stall while
     * the others go on.
     */
    public static final Http2Settings DEFAULTS = new Http2Settings(
            64 * KIB,
            1024 * KIB,
            32 * 1024 * KIB,
            64 * KIB,
            1024,
            40 * KIB,
            256 * KIB,
            128 * KIB,
            Duration.ofSeconds(10));

    /** Refuses values that the protocol does not allow. */
    public Http2Settings {
        range("streamWindow", streamWindow, 1, Integer.MAX_VALUE);
        range("maxStreamWindow", maxStreamWindow, streamWindow, Integer.MAX_VALUE);
        range("connectionWindow", connectionWindow, DEFAULT_WINDOW, Integer.MAX_VALUE);
        range("maxFrameSize", maxFrameSize, MIN_FRAME_SIZE, MAX_FRAME_SIZE);
        range("maxConcurrentStreams", maxConcurrentStreams, 0, Integer.MAX_VALUE);
        range("maxHeaderListSize", maxHeaderListSize, 256, 1024 * KIB);
        range("sendQueueHigh", sendQueueHigh, 1, Integer.MAX_VALUE);
        range("sendQueueLow", sendQueueLow, 0, sendQueueHigh);
    }

    /** Returns the same limits with another {@link #maxHeaderListSize}. */
    public Http2Settings withHeaderList(int octets) {
        return new Http2Settings(
                streamWindow,
                maxStreamWindow,
                connectionWindow,
                maxFrameSize,
                maxConcurrentStreams,
                octets,
                sendQueueHigh,
                sendQueueLow,
                settingsTimeout);
    }

    private static void range(String name, int value, int from, int to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + from + "-" + to + ")");
        }
    }
}
