package dev.weft.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Header blocks of one connection (RFC 7541), and the rules on what they must hold (RFC 9113 section 8). */
final class HeaderCodec {
    /** Dynamic table that is kept for the peer, whatever it offers: enough for the headers of tunnels. */
    private static final int MAX_ENCODER_TABLE = 4096;

    private static final int INITIAL_BLOCK = 256;
    private static final AsciiString HOST = AsciiString.cached("host");

    private final DefaultHttp2HeadersEncoder encoder =
            new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true, 16);
    private final DefaultHttp2HeadersDecoder decoder;
    /** What the peer's table may have had and has at the next block: the least and the last size since the one before. */
    private long leastTable = Long.MAX_VALUE;

    private long lastTable = MAX_ENCODER_TABLE;

    HeaderCodec(int maxHeaderListSize) {
        decoder = new DefaultHttp2HeadersDecoder(true, maxHeaderListSize);
    }

    /** The headers as a block, which the caller releases. */
    ByteBuf encode(ByteBufAllocator allocator, int streamId, Http2Headers headers) {
        ByteBuf block = allocator.buffer(INITIAL_BLOCK);
        try {
            followTable();
            encoder.encodeHeaders(streamId, headers, block);
            return block;
        } catch (Http2Exception e) {
            block.release();
            throw new IllegalArgumentException(
                    "headers of stream " + streamId + " cannot be encoded: " + e.getMessage(), e);
        }
    }

    /** Decodes a block; a violation of the stream leaves the tables intact, one of the connection does not. */
    Http2Headers decode(int streamId, ByteBuf block) throws Http2Violation {
        try {
            return decoder.decodeHeaders(streamId, block);
        } catch (Http2Exception e) {
            ErrorCode code = ErrorCode.of(e.error().code());
            if (Http2Exception.isStreamError(e)) {
                throw Http2Violation.stream(
                        streamId, code, "malformed headers: " + e.getMessage() + " (section 8.1.1)");
            }
            throw Http2Violation.connection(code, "header block: " + e.getMessage() + " (section 4.3)");
        }
    }

    /** Follows the peer's SETTINGS_HEADER_TABLE_SIZE: at the next block, once, however often the peer changes its mind. */
    void encoderTable(long size) {
        lastTable = Math.min(size, MAX_ENCODER_TABLE);
        leastTable = Math.min(leastTable, lastTable);
    }

    /** The least size is said too, so that both sides let go of what it had no room for (RFC 7541 section 4.2). */
    private void followTable() throws Http2Exception {
        if (leastTable != Long.MAX_VALUE) {
            encoder.maxHeaderTableSize(leastTable);
            encoder.maxHeaderTableSize(lastTable);
            leastTable = Long.MAX_VALUE;
        }
    }

    void close() {
        encoder.close();
    }

    /** A request has its pseudo-headers once each (section 8.3.1), or those of CONNECT (section 8.5). */
    static void checkRequest(int streamId, Http2Headers headers) throws Http2Violation {
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

    /** Whether a field of this name has a value that differs from {@code expected}; where nothing is expected, more than one. */
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

    /** A response has one :status of three digits (section 8.3.2); returns it. */
    static int checkResponse(int streamId, Http2Headers headers) throws Http2Violation {
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
        return number;
    }

    /** Trailers end the stream and have no pseudo-headers (section 8.1). */
    static void checkTrailers(int streamId, Http2Headers headers, boolean endStream) throws Http2Violation {
        if (!endStream) {
            throw malformed(streamId, "trailers that do not end the stream (section 8.1)");
        }
        for (var header : headers) {
            if (Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(header.getKey())) {
                throw malformed(streamId, "a pseudo-header in trailers (section 8.1)");
            }
        }
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
