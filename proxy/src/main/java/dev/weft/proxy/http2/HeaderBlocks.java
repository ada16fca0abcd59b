package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Frames;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.HeaderCodec;
import dev.weft.proxy.http2.header.HeaderRules;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * Collects the HEADERS and CONTINUATION frames of the peer (RFC 9113 sections 6.2 and 6.10) up to a complete header
 * block.
 */
final class HeaderBlocks {
    /** Most CONTINUATION frames of one header block: few, however small they are. */
    private static final int MAX_FRAGMENTS = 16;
    /** Octets of padding, padding length and priority fields that may come on top of the header block's limit. */
    private static final int HEADERS_OVERHEAD = 261;

    private final Http2Connection connection;
    private final Streams streams;
    private final StreamTable table;
    private final HeaderCodec codec;
    private final FloodGuard guard;

    private @Nullable ByteBuf block;
    private int blockStream;
    private boolean blockEndsStream;
    private int fragments;

    HeaderBlocks(Http2Connection connection, Streams streams, HeaderCodec codec, FloodGuard guard) {
        this.connection = connection;
        this.streams = streams;
        this.table = streams.table();
        this.codec = codec;
        this.guard = guard;
    }

    void close() {
        if (block != null) {
            block.release();
            block = null;
        }
    }

    /** Whether a frame may come now: within a block, only a CONTINUATION of the block's stream may. */
    boolean admits(int type, int streamId) {
        return block == null || (type == Frames.CONTINUATION && streamId == blockStream);
    }

    boolean begin(int type, int streamId, int length) throws Http2Violation {
        if (streamId == 0) {
            throw InboundFrames.protocol("HEADERS or CONTINUATION on stream 0 (section 6.2)");
        }
        ByteBuf begun = block;
        if (type == Frames.CONTINUATION && begun == null) {
            throw InboundFrames.protocol("CONTINUATION without HEADERS (section 6.10)");
        }
        int total = length + (begun == null ? 0 : begun.readableBytes());
        fragments = begun == null ? 0 : fragments + 1;
        if (total > streams.settings().maxHeaderListSize() + HEADERS_OVERHEAD || fragments > MAX_FRAGMENTS) {
            throw guard.headers(total, fragments);
        }
        return true;
    }

    void headers(int flags, int streamId, ByteBuf payload) throws Http2Violation {
        int padding = 0;
        if ((flags & Frames.PADDED) != 0) {
            InboundFrames.size(payload.isReadable(), "HEADERS (section 6.2)");
            padding = payload.readUnsignedByte();
        }
        if ((flags & Frames.HAS_PRIORITY) != 0) {
            InboundFrames.size(payload.readableBytes() >= 5, "HEADERS (section 6.2)");
            payload.skipBytes(5);
        }
        if (padding > payload.readableBytes()) {
            throw InboundFrames.protocol("padding of " + padding + " octets exceeds the HEADERS frame (section 6.2)");
        }
        ByteBuf fragment = payload.slice(payload.readerIndex(), payload.readableBytes() - padding);
        boolean endStream = (flags & Frames.END_STREAM) != 0;
        if ((flags & Frames.END_HEADERS) != 0) {
            complete(streamId, fragment, endStream);
        } else {
            blockStream = streamId;
            blockEndsStream = endStream;
            block = connection
                    .channel()
                    .alloc()
                    .buffer(fragment.readableBytes())
                    .writeBytes(fragment);
        }
    }

    void continuation(int flags, ByteBuf payload) throws Http2Violation {
        ByteBuf whole = block;
        if (whole == null) {
            throw InboundFrames.protocol("CONTINUATION without HEADERS (section 6.10)");
        }
        whole.writeBytes(payload);
        if ((flags & Frames.END_HEADERS) != 0) {
            block = null;
            try {
                complete(blockStream, whole, blockEndsStream);
            } finally {
                whole.release();
            }
        }
    }

    private void complete(int streamId, ByteBuf fields, boolean endStream) throws Http2Violation {
        Http2Stream stream = table.get(streamId);
        boolean opens = stream == null && table.opens(streamId);
        if (stream == null && !opens && table.idle(streamId)) {
            throw InboundFrames.protocol(
                    "HEADERS on stream " + streamId + ", which the peer may not open (section 5.1.1)");
        }
        if (opens) {
            table.peerOpened(streamId);
        }
        Http2Headers headers = codec.decode(streamId, fields); // always, to keep the tables in step
        if (opens) {
            HeaderRules.checkRequest(streamId, headers);
            streams.request(streamId, headers, endStream);
        } else if (stream == null && streams.server()) {
            lower(streamId);
        } else if (stream == null || stream.remoteEnded()) {
            table.late(streamId, "HEADERS on a stream that has ended (section 5.1)");
        } else {
            more(stream, headers, endStream);
        }
    }

    /**
     * Checks HEADERS on a closed stream with a lower ID. A client's IDs only rise, and the first use of an ID closes
     * all lower ones. So only trailers can come, sent before the client saw this side's reset.
     */
    private void lower(int streamId) throws Http2Violation {
        if (!table.recentlyReset(streamId)) {
            throw InboundFrames.protocol("HEADERS on stream " + streamId + ", no higher than stream "
                    + table.lastPeerId() + " before (section 5.1.1)");
        }
    }

    private static void more(Http2Stream stream, Http2Headers headers, boolean endStream) throws Http2Violation {
        if (stream.headersReceived()) {
            HeaderRules.checkTrailers(stream.id(), headers, endStream);
        } else if (HeaderRules.checkResponse(stream.id(), headers) >= 200) {
            stream.markHeadersReceived();
        } else if (endStream) {
            throw Http2Violation.stream(
                    stream.id(), ErrorCode.PROTOCOL_ERROR, "an interim response that ends the stream (section 8.1)");
        }
        if (endStream) {
            stream.endRemote();
        }
        stream.listener().onHeaders(headers, endStream);
        if (endStream) {
            stream.closeIfEnded();
        }
    }
}
