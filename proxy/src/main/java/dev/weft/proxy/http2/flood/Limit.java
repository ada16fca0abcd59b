package dev.weft.proxy.http2.flood;

/** The limits on what a peer may make a connection do. */
public enum Limit {
    /** More streams at a time than advertised: each further one is refused. */
    CONCURRENT_STREAMS,
    /** Streams opened and broken off, or made to be broken off, faster than any honest peer does (CVE-2023-44487). */
    RAPID_RESETS,
    /** Too many PING, SETTINGS, PRIORITY, empty DATA or unknown frames (CVE-2019-9512, -9515, -9513, -9518). */
    IDLE_FRAMES,
    /** A header block larger than advertised, or in too many pieces (CVE-2024-27316). */
    HEADERS_SIZE,
    /** The peer makes this side write heads and control frames, and reads none of them. */
    UNREAD,
    /** The peer's SETTINGS did not arrive in time. */
    SETTINGS_TIMEOUT
}
