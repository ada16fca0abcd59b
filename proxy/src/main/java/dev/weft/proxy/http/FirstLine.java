package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds out by the first octets of a caller whether it speaks HTTP, where it may also speak something else. Octets count
 * as HTTP/1.1 if they look like a request, whether or not they are a valid one: a word, a space and a path, an
 * {@code http} URI, or anything else with {@code HTTP/} in the same line. Some servers take still other lines for
 * requests, so a caller can have one pass unread. The result does not depend on how the octets are split.
 */
final class FirstLine {
    enum Kind {
        HTTP1,
        HTTP2,
        BYTES
    }

    private enum Part {
        /** Spaces and empty lines before the line, which some applications skip. */
        LEADING,
        METHOD,
        GAP,
        TARGET
    }

    /** Octets after which anything that is not clear is something else, so that they are not kept. */
    static final int MOST = Http1Section.MAX_FIRST_LINE;

    private static final String HTTP = "http/";
    /** How much of {@link #HTTP} an absolute URI of both schemes begins with. */
    private static final int SCHEME = 4;
    /** Octets that some application takes for a space. */
    private static final String SPACES = " \t\u000b\f\u001c\u001d\u001e\u001f\u0085\u00a0";

    private Part part = Part.LEADING;
    /** How many octets were seen. */
    private int seen;
    /** Whether the last octet was a carriage return: with a line feed it ends the line, else it is a space. */
    private boolean afterReturn;

    private int leading;
    private int matched;
    private int ofTarget;
    /** How many of the first octets are those of the preface; -1 after one that is not. */
    private int preface;
    /** What the octets are unless they are the preface; null while that is not clear. */
    private @Nullable Kind line;

    /** Looks at the octets that follow those seen before; null as long as it is not clear what they are. */
    @Nullable
    Kind look(ByteBuf data) {
        for (int i = data.readerIndex(); i < data.writerIndex(); i++) {
            byte octet = data.getByte(i);
            if (line == null) {
                line = line(octet);
            }
            if (preface >= 0) {
                preface = octet == Frames.PREFACE.byteAt(preface) ? preface + 1 : -1;
            }
            if (preface == Frames.PREFACE.length()) {
                return Kind.HTTP2;
            }
            if (preface < 0 && line != null) {
                return line;
            }
            seen++;
            if (seen > MOST) {
                return Kind.BYTES;
            }
        }
        return null;
    }

    /** Returns how many spaces and line ends came before the first line. */
    int leading() {
        return leading;
    }

    private @Nullable Kind line(byte octet) {
        if (part == Part.LEADING) {
            return leading(octet);
        }
        Kind before = afterReturn && octet != '\n' ? within((byte) ' ') : null;
        afterReturn = octet == '\r';
        return before != null || afterReturn ? before : within(octet);
    }

    private @Nullable Kind leading(byte octet) {
        if (octet == '\r' || octet == '\n' || isSpace(octet)) {
            leading++;
            return null;
        }
        part = Part.METHOD;
        return within(octet);
    }

    private @Nullable Kind within(byte octet) {
        boolean space = isSpace(octet);
        return switch (part) {
            case LEADING -> null;
            case METHOD -> {
                if (Http1Octets.isToken(octet)) {
                    yield null;
                }
                part = Part.GAP;
                yield space ? null : Kind.BYTES;
            }
            case GAP -> {
                if (space) {
                    yield null;
                }
                part = Part.TARGET;
                yield octet == '/' ? Kind.HTTP1 : target(octet);
            }
            case TARGET -> target(octet);
        };
    }

    private static boolean isSpace(byte octet) {
        return SPACES.indexOf(octet & 0xff) >= 0;
    }

    private @Nullable Kind target(byte octet) {
        if (octet == '\n') {
            return Kind.BYTES;
        }
        ofTarget++;
        int lower = octet | 0x20;
        if (lower == (HTTP.charAt(matched) | 0x20)) {
            matched++;
        } else {
            matched = lower == HTTP.charAt(0) ? 1 : 0;
        }
        boolean scheme = matched == SCHEME && ofTarget == SCHEME;
        return matched == HTTP.length() || scheme ? Kind.HTTP1 : null;
    }
}
