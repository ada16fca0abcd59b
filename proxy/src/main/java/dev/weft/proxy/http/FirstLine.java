package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds out by the first octets of a caller whether it speaks HTTP, where it may also speak something else. Octets count
 * as HTTP/1.1 if any application might read them as a request, whether or not they are a valid one: a word, a space and
 * a path, an {@code http} URI, or anything else with {@code HTTP/} in the same line. So nobody can have a request pass
 * unread by writing it oddly. The result does not depend on how the octets are split.
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

    private static final String HTTP = "http/";
    /** How much of {@link #HTTP} an absolute URI of both schemes begins with. */
    private static final int SCHEME = 4;
    /** Octets that some application takes for a space. */
    private static final String SPACES = " \t\u000b\f\u001c\u001d\u001e\u001f\u0085\u00a0";

    private Part part = Part.LEADING;
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
        }
        return null;
    }

    /** Returns how many spaces and line ends came before the first line. */
    int leading() {
        return leading;
    }

    private @Nullable Kind line(byte octet) {
        boolean end = octet == '\r' || octet == '\n';
        boolean space = SPACES.indexOf(octet & 0xff) >= 0;
        return switch (part) {
            case LEADING -> {
                if (end || space) {
                    leading++;
                    yield null;
                }
                part = Part.METHOD;
                yield Http1Octets.isToken(octet) ? null : Kind.BYTES;
            }
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
                yield octet == '/' ? Kind.HTTP1 : target(octet, end);
            }
            case TARGET -> target(octet, end);
        };
    }

    private @Nullable Kind target(byte octet, boolean end) {
        if (end) {
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
