package dev.weft.proxy.http;

import dev.weft.proxy.http.GateRefusal.Code;

/**
 * What a head states about the length of its body (RFC 9112 section 6). A message that states it in several ways is
 * refused.
 */
final class Http1Framing {
    private static final long UNKNOWN = -1;
    /** Most digits of a Content-Length. No real body is longer, and the arithmetic does not overflow. */
    private static final int MAX_DIGITS = 18;

    private static final int DECIMAL = 10;
    private static final String CHUNKED = "chunked";

    private final boolean anyCase;
    private long length = UNKNOWN;
    private boolean chunked;

    /**
     * Makes the framing of a head of which no field was read.
     *
     * @param anyCase whether {@code chunked} may be in any case (RFC 9112 section 7), as in a response: the application
     *     wrote it, and a caller reads it by the same rule. In a request it is in lower case only
     */
    Http1Framing(boolean anyCase) {
        this.anyCase = anyCase;
    }

    void contentLength(byte[] bytes, int from, int to) throws UnacceptableException {
        if (length != UNKNOWN) {
            throw new UnacceptableException(Code.FRAMING, "several Content-Length fields");
        }
        if (from == to || to - from > MAX_DIGITS) {
            throw new UnacceptableException(Code.FRAMING, "a Content-Length of no or too many digits");
        }
        long value = 0;
        if (bytes[from] == '0' && to - from > 1) {
            throw new UnacceptableException(
                    Code.FRAMING, "a Content-Length with a leading zero, which some read as octal");
        }
        for (int i = from; i < to; i++) {
            if (!Http1Octets.isDigit(bytes[i])) {
                throw new UnacceptableException(Code.FRAMING, "a Content-Length that is no number");
            }
            value = value * DECIMAL + bytes[i] - '0';
        }
        length = value;
    }

    /** Accepts only {@code chunked}. A reader that supports other codings, or none, would find another end of the body. */
    void transferEncoding(byte[] bytes, int from, int to) throws UnacceptableException {
        if (chunked) {
            throw new UnacceptableException(Code.FRAMING, "several Transfer-Encoding fields");
        }
        chunked = Http1Octets.is(bytes, from, to, CHUNKED) && (anyCase || isLowerCase(bytes, from, to));
        if (!chunked) {
            throw isCodedAndChunked(bytes, from, to)
                    ? new UnacceptableException(Code.NOT_IMPLEMENTED, "a transfer coding other than chunked")
                    : new UnacceptableException(Code.FRAMING, "a Transfer-Encoding that is not exactly \"chunked\"");
        }
    }

    private static boolean isLowerCase(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 'a') {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the value is a list of codings that ends with chunked, which a server answers with 501 (RFC 9112 section
     * 6.1).
     */
    private static boolean isCodedAndChunked(byte[] bytes, int from, int to) {
        int start = to - CHUNKED.length();
        if (start - 2 < from || !Http1Octets.is(bytes, start, to, CHUNKED)) {
            return false;
        }
        int comma = start - 1;
        while (comma > from && bytes[comma] == ' ') {
            comma--;
        }
        return bytes[comma] == ','
                && Http1Octets.isToken(bytes, from, comma)
                && !Http1Octets.is(bytes, from, comma, CHUNKED);
    }

    /** Checks the framing after all fields were read. */
    void check() throws UnacceptableException {
        if (chunked && length != UNKNOWN) {
            throw new UnacceptableException(Code.FRAMING, "both Content-Length and Transfer-Encoding");
        }
    }

    boolean chunked() {
        return chunked;
    }

    boolean hasLength() {
        return length != UNKNOWN;
    }

    /** The Content-Length; 0 if there is none. */
    long length() {
        return Math.max(0, length);
    }
}
