package dev.weft.proxy.outbound;

import dev.weft.policy.request.Token;
import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The protocol that the application speaks on a connection, detected by its first octets. */
enum DetectedProtocol {
    BYTES,
    HTTP1,
    /** HTTP/2 with prior knowledge: the connection begins with the preface (RFC 9113 section 3.4). */
    HTTP2;

    /** The most octets of a request line. */
    static final int MOST = 8 * 1024;

    private static final int LONGEST_METHOD = 32;
    private static final String VERSION = " HTTP/1.";
    /**
     * Characters that a lenient server skips before a method, or accepts as the space after it (RFC 9112 section 3).
     */
    private static final String SPACES = " \t\u000b\f\r\n";

    /**
     * Returns the protocol of these first octets where HTTP is expected; null as long as it is not clear. A word with a
     * space after it counts as HTTP/1, and so do empty lines: the strict reader decides later whether it is a valid
     * request.
     */
    static @Nullable DetectedProtocol expected(ByteBuf first) {
        int octets = first.readableBytes();
        int from = first.readerIndex();
        int same = samePreface(first);
        if (same == Frames.PREFACE.length()) {
            return HTTP2;
        }
        if (same == octets) {
            return null;
        }
        int at = 0;
        while (at < octets && Token.hasCharacter(first.getByte(from + at)) && at <= LONGEST_METHOD) {
            at++;
        }
        if (at == octets) {
            return null;
        }
        return at > LONGEST_METHOD || SPACES.indexOf(first.getByte(from + at)) >= 0 ? HTTP1 : BYTES;
    }

    /**
     * Returns the protocol of these first octets; null as long as it is not clear. The result depends on the octets
     * only, not on how they are split into reads.
     */
    static @Nullable DetectedProtocol by(ByteBuf first) {
        int same = samePreface(first);
        if (same == Frames.PREFACE.length()) {
            return HTTP2;
        }
        return same == first.readableBytes() ? null : byLine(first, first.readerIndex(), first.readableBytes());
    }

    /** Returns how many of the first octets equal those of the preface. */
    private static int samePreface(ByteBuf first) {
        int most = Math.min(first.readableBytes(), Frames.PREFACE.length());
        int same = 0;
        while (same < most && first.getByte(first.readerIndex() + same) == Frames.PREFACE.byteAt(same)) {
            same++;
        }
        return same;
    }

    /**
     * Checks the first line: a method in upper case, something visible, and a version 1 of HTTP (RFC 9112 section 3).
     */
    private static @Nullable DetectedProtocol byLine(ByteBuf first, int from, int octets) {
        int lf = first.indexOf(from, from + octets, (byte) '\n');
        int end = lf < 0 ? from + octets : lf;
        int at = from;
        while (at < end && isOfMethod(first.getByte(at)) && at - from <= LONGEST_METHOD) {
            at++;
        }
        boolean method = at > from && at - from <= LONGEST_METHOD;
        if (at == end && lf < 0 && method) {
            return null;
        }
        if (!method || at == end || first.getByte(at) != ' ') {
            return BYTES;
        }
        for (int i = at; i < end; i++) {
            byte c = first.getByte(i);
            if (c < ' ' && !(c == '\r' && i == end - 1)) {
                return BYTES;
            }
        }
        if (lf < 0) {
            return octets < MOST ? null : BYTES;
        }
        return endsWithVersion(first, at, lf) ? HTTP1 : BYTES;
    }

    private static boolean isOfMethod(byte c) {
        return (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    }

    /** Whether the line ends with the version, one digit and CRLF. */
    private static boolean endsWithVersion(ByteBuf first, int from, int lf) {
        int version = lf - 2 - VERSION.length();
        if (version <= from || first.getByte(lf - 1) != '\r') {
            return false;
        }
        for (int i = 0; i < VERSION.length(); i++) {
            if (first.getByte(version + i) != VERSION.charAt(i)) {
                return false;
            }
        }
        return Character.isDigit(first.getByte(lf - 2));
    }
}
