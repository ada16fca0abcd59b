package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.FloodGuard;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.http2.header.BlockCollector;
import dev.weft.proxy.http2.header.HeaderCodec;
import dev.weft.proxy.http2.header.HeaderRules;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;

/** Handles the complete header blocks of the peer: requests, responses and trailers (RFC 9113 section 8). */
final class HeaderBlocks {
    /** The lowest status of a final response; those below are interim. */
    private static final int FIRST_FINAL = 200;

    private final Streams streams;
    private final HeaderCodec codec;
    private final BlockCollector collector;

    HeaderBlocks(Streams streams, HeaderCodec codec, FloodGuard guard) {
        this.streams = streams;
        this.codec = codec;
        this.collector = new BlockCollector(
                (id, fields, end, _) -> complete(id, fields, end),
                guard::hit,
                false,
                streams.settings().maxHeaderListSize());
    }

    BlockCollector collector() {
        return collector;
    }

    private void complete(int streamId, ByteBuf fields, boolean endStream) throws Http2Violation {
        Http2Stream stream = streams.get(streamId);
        boolean opens = stream == null && streams.opens(streamId);
        if (stream == null && !opens && streams.idle(streamId)) {
            throw FrameRules.protocol(
                    "HEADERS on stream " + streamId + ", which the peer may not open (section 5.1.1)");
        }
        if (opens) {
            streams.peerOpened(streamId);
        }
        Http2Headers headers;
        try {
            headers = codec.decode(streamId, fields); // always, to keep the tables in step
        } catch (Http2Violation violation) {
            if (opens && violation.isHeadTooLarge()) {
                streams.tooLarge(streamId, endStream);
                return;
            }
            throw violation;
        }
        if (opens) {
            HeaderRules.checkRequest(streamId, headers);
            streams.request(streamId, headers, endStream);
        } else if (stream == null && streams.server()) {
            checkTrailersAfterReset(streamId);
        } else if (stream == null || stream.remoteEnded()) {
            streams.late(streamId, "HEADERS on a stream that has ended (section 5.1)");
        } else {
            furtherHeaders(stream, headers, endStream);
        }
    }

    /**
     * Checks HEADERS on a closed stream with a lower ID. A client's IDs only rise, and the first use of an ID closes
     * all lower ones. So only trailers can come, sent before the client saw this side's reset.
     */
    private void checkTrailersAfterReset(int streamId) throws Http2Violation {
        if (!streams.recentlyReset(streamId)) {
            throw FrameRules.protocol("HEADERS on stream " + streamId + ", no higher than stream "
                    + streams.lastPeerId() + " before (section 5.1.1)");
        }
    }

    /** Passes on the headers of an open stream after its request: a response, an interim response or trailers. */
    private static void furtherHeaders(Http2Stream stream, Http2Headers headers, boolean endStream)
            throws Http2Violation {
        if (stream.headersReceived) {
            HeaderRules.checkTrailers(stream.id(), headers, endStream);
        } else if (HeaderRules.checkResponse(stream.id(), headers) >= FIRST_FINAL) {
            stream.headersReceived = true;
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
