package dev.weft.proxy.http2.header;

import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Encodes and decodes the header blocks of one connection (RFC 7541). */
public final class HeaderCodec {
    /**
     * Largest dynamic table, in octets, for blocks to the peer, whatever the peer offers: enough for the headers of
     * tunnels.
     */
    private static final int MAX_ENCODER_TABLE = 4096;

    private static final int INITIAL_BLOCK = 256;
    private static final AsciiString PATH = AsciiString.cached(":path");
    /** Fields whose values contain no secret, except for a path's query. */
    private static final Set<AsciiString> INDEXED = Stream.of(
                    ":method",
                    ":scheme",
                    ":authority",
                    ":path",
                    ":status",
                    "accept",
                    "accept-encoding",
                    "content-encoding",
                    "content-type",
                    "grpc-accept-encoding",
                    "grpc-encoding",
                    "grpc-status",
                    "server",
                    "te",
                    "user-agent",
                    "vary",
                    "weft-client-id",
                    "weft-code",
                    "weft-target")
            .map(AsciiString::cached)
            .collect(Collectors.toUnmodifiableSet());

    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder(HeaderCodec::sensitive, true, 16);
    private final DefaultHttp2HeadersDecoder decoder;
    /** The sizes of the peer's table since the last block: the least, and the current one. */
    private long leastTable = Long.MAX_VALUE;

    private long lastTable = MAX_ENCODER_TABLE;

    public HeaderCodec(int maxHeaderListSize) {
        decoder = new DefaultHttp2HeadersDecoder(true, maxHeaderListSize);
    }

    /**
     * Whether a field must not enter the table. A field that came never-indexed must leave so (RFC 7541 section 6.2.3),
     * and the decoder does not report which fields did. So only fields without secrets enter the table.
     */
    private static boolean sensitive(CharSequence name, CharSequence value) {
        return !INDEXED.contains(AsciiString.of(name))
                || (PATH.contentEquals(name) && AsciiString.indexOf(value, '?', 0) >= 0);
    }

    /** Returns the headers as a block; the caller releases it. */
    public ByteBuf encode(ByteBufAllocator allocator, int streamId, Http2Headers headers) {
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

    /** Decodes a block. A violation of the stream leaves the tables intact; a violation of the connection does not. */
    public Http2Headers decode(int streamId, ByteBuf block) throws Http2Violation {
        try {
            return decoder.decodeHeaders(streamId, block);
        } catch (Http2Exception e) {
            throw HeaderRules.undecodable(streamId, e);
        }
    }

    /**
     * Follows the peer's SETTINGS_HEADER_TABLE_SIZE. It takes effect once, at the next block, even if the peer changes
     * it several times.
     */
    public void encoderTable(long size) {
        lastTable = Math.min(size, MAX_ENCODER_TABLE);
        leastTable = Math.min(leastTable, lastTable);
    }

    /**
     * Applies the new table size. The least size is announced too, so that both sides drop the entries that did not fit
     * (RFC 7541 section 4.2).
     */
    private void followTable() throws Http2Exception {
        if (leastTable != Long.MAX_VALUE) {
            encoder.maxHeaderTableSize(leastTable);
            encoder.maxHeaderTableSize(lastTable);
            leastTable = Long.MAX_VALUE;
        }
    }

    public void close() {
        encoder.close();
    }
}
