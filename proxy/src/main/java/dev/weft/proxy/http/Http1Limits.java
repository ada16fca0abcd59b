package dev.weft.proxy.http;

import dev.weft.proxy.settings.HeadLimits;

/**
 * Limits on what a peer can make the HTTP/1.1 gate keep or read. Bodies have no limit, because they pass through.
 *
 * @param requestLine octets of a request line or a status line, with CRLF (414)
 * @param head octets of a head, from its first line to its empty line (431)
 * @param fields fields of a head or of a trailer section
 * @param chunkLine octets of a chunk's first line, extensions included
 * @param chunkExtensions octets of the chunk extensions of one body
 * @param trailers octets of a trailer section
 * @param openRequests requests of one connection that wait for their responses; at this number the gate stops reading
 *     the caller
 * @param deniedBody octets of a denied request's body that are read and dropped to keep the connection
 */
public record Http1Limits(
        int requestLine,
        int head,
        int fields,
        int chunkLine,
        int chunkExtensions,
        int trailers,
        int openRequests,
        int deniedBody) {
    private static final int KIB = 1024;

    /** The documented defaults. */
    public static final Http1Limits DEFAULTS =
            new Http1Limits(8 * KIB, 32 * KIB, 100, KIB, 8 * KIB, 8 * KIB, 64, 64 * KIB);

    /** Returns the defaults with other limits of heads. */
    public static Http1Limits of(HeadLimits heads) {
        return new Http1Limits(
                DEFAULTS.requestLine,
                heads.octets(),
                heads.fields(),
                DEFAULTS.chunkLine,
                DEFAULTS.chunkExtensions,
                DEFAULTS.trailers,
                DEFAULTS.openRequests,
                DEFAULTS.deniedBody);
    }

    public Http1Limits {
        positive("requestLine", requestLine);
        positive("head", head);
        positive("fields", fields);
        positive("chunkLine", chunkLine);
        positive("chunkExtensions", chunkExtensions);
        positive("trailers", trailers);
        positive("openRequests", openRequests);
        if (deniedBody < 0) {
            throw new IllegalArgumentException("deniedBody: " + deniedBody + " (expected: >= 0)");
        }
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
