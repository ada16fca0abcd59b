package dev.weft.proxy.http2.header;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Rules for header blocks beyond the checks of the decoder (RFC 9113 section 8). */
public final class HeaderRules {
    private static final AsciiString HOST = AsciiString.cached("host");
    private static final int FIRST_STATUS = 100;
    private static final int SWITCHING_PROTOCOLS = 101;

    private HeaderRules() {}

    /** Checks that a request has its pseudo-headers once each (section 8.3.1), or those of CONNECT (section 8.5). */
    public static void checkRequest(int streamId, Http2Headers headers) throws Http2Violation {
        CharSequence method = headers.method();
        if (count(headers, Http2Headers.PseudoHeaderName.METHOD) != 1 || method == null || method.isEmpty()) {
            throw malformed(streamId, "a request needs one :method (section 8.3.1)");
        }
        int scheme = count(headers, Http2Headers.PseudoHeaderName.SCHEME);
        int path = count(headers, Http2Headers.PseudoHeaderName.PATH);
        int authority = count(headers, Http2Headers.PseudoHeaderName.AUTHORITY);
        boolean extended = headers.contains(Http2Headers.PseudoHeaderName.PROTOCOL.value());
        if (extended) {
            throw malformed(streamId, ":protocol was not offered (RFC 8441 section 4)");
        }
        if (names(headers, HOST, headers.authority())) {
            throw malformed(streamId, "a host other than :authority (section 8.3.1)");
        }
        if ("CONNECT".contentEquals(method)) {
            if (authority != 1 || scheme != 0 || path != 0) {
                throw malformed(streamId, "CONNECT needs one :authority, no :scheme and no :path (section 8.5)");
            }
        } else if (scheme != 1 || path != 1 || authority > 1 || headers.path().isEmpty()) {
            throw malformed(streamId, "a request needs one :scheme and one :path (section 8.3.1)");
        }
    }

    /**
     * Whether a field with this name has a value that differs from {@code expected}; if {@code expected} is null,
     * whether its values differ.
     */
    private static boolean names(Http2Headers headers, AsciiString name, @Nullable CharSequence expected) {
        CharSequence first = expected;
        for (var values = headers.valueIterator(name); values.hasNext(); ) {
            CharSequence value = values.next();
            if (first != null && !AsciiString.contentEqualsIgnoreCase(value, first)) {
                return true;
            }
            first = value;
        }
        return false;
    }

    /** Checks that a response has one :status of three digits (section 8.3.2), and returns it. */
    public static int checkResponse(int streamId, Http2Headers headers) throws Http2Violation {
        CharSequence status = headers.status();
        if (count(headers, Http2Headers.PseudoHeaderName.STATUS) != 1 || status == null || status.length() != 3) {
            throw malformed(streamId, "a response needs one :status of three digits (section 8.3.2)");
        }
        int number = 0;
        for (int i = 0; i < status.length(); i++) {
            int digit = status.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw malformed(streamId, "a response needs one :status of three digits (section 8.3.2)");
            }
            number = number * 10 + digit;
        }
        if (number < FIRST_STATUS || number == SWITCHING_PROTOCOLS) {
            throw malformed(streamId, "a response of status " + number + ", which HTTP/2 does not have (section 8.6)");
        }
        return number;
    }

    /** Checks that trailers end the stream and have no pseudo-headers (section 8.1). */
    public static void checkTrailers(int streamId, Http2Headers headers, boolean endStream) throws Http2Violation {
        if (!endStream) {
            throw malformed(streamId, "trailers that do not end the stream (section 8.1)");
        }
        for (var header : headers) {
            if (Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(header.getKey())) {
                throw malformed(streamId, "a pseudo-header in trailers (section 8.1)");
            }
        }
    }

    /** Returns the violation of a block that the decoder has refused. Errors of a stream leave the tables intact. */
    public static Http2Violation undecodable(int streamId, Http2Exception e) {
        if (e instanceof Http2Exception.HeaderListSizeException) {
            return Http2Violation.headTooLarge(streamId);
        }
        ErrorCode code = ErrorCode.of(e.error().code());
        return Http2Exception.isStreamError(e)
                ? Http2Violation.stream(streamId, code, "malformed headers: " + e.getMessage() + " (section 8.1.1)")
                : Http2Violation.connection(code, "a header block that cannot be decoded (section 4.3)");
    }

    private static int count(Http2Headers headers, Http2Headers.PseudoHeaderName name) {
        int n = 0;
        for (var values = headers.valueIterator(name.value()); values.hasNext(); values.next()) {
            n++;
        }
        return n;
    }

    private static Http2Violation malformed(int streamId, String rule) {
        return Http2Violation.stream(streamId, ErrorCode.PROTOCOL_ERROR, rule);
    }
}
