package dev.weft.proxy.http2.flood;

/** Limits on the work that a peer may cause on a connection. */
public enum Limit {
    /** More concurrent streams than advertised: each further stream is refused. */
    CONCURRENT_STREAMS,
    /**
     * Streams that are opened and broken off, or made to be broken off, faster than an honest peer does
     * (CVE-2023-44487).
     */
    RAPID_RESETS,
    /** Too many PING, SETTINGS, PRIORITY, empty DATA or unknown frames (CVE-2019-9512, -9515, -9513, -9518). */
    IDLE_FRAMES,
    /** A header block larger than advertised, or in too many pieces (CVE-2024-27316). */
    HEADERS_SIZE,
    /** The peer causes heads and control frames to be written, and does not read them. */
    UNREAD,
    /** The peer's SETTINGS did not arrive in time. */
    SETTINGS_TIMEOUT
}
