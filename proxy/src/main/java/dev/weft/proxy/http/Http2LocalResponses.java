package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;

/** Writes responses in the place of the application. */
final class Http2LocalResponses {
    /**
     * The part of the caller's connection window that is reserved for bodies of these responses: see {@link #body}.
     */
    private static final int BODY_WINDOW = 2048;

    private static final byte[] NOTHING = {};

    private final Http2Tables tables;
    /**
     * The reserved part of the connection's window for DATA to the caller, of which the application does not know. The
     * gate sends bodies only within it; otherwise the application would assume a larger window than there is.
     */
    private int window;
    /** The initial window of each new stream. */
    private long streamWindow = 65_535;

    Http2LocalResponses(Http2Tables tables) {
        this.tables = tables;
    }

    /**
     * Reserves a part of the window that the caller has just opened, and returns the rest, which is for the
     * application.
     */
    int keep(int increment) {
        int kept = Math.min(increment, BODY_WINDOW - window);
        window += kept;
        return increment - kept;
    }

    long streamWindow() {
        return streamWindow;
    }

    void streamWindow(long value) {
        streamWindow = value;
    }

    /** Returns a whole response; without a body if it answers a HEAD, with {@code head}. */
    ByteBuf whole(int streamId, LocalResponse response, boolean head) {
        byte[] body = head ? NOTHING : body(response.text());
        return frames(streamId, response.headers(head ? LocalResponse.NO_LENGTH : body.length), body);
    }

    /** Returns the end of a response to a gRPC call that has begun. */
    ByteBuf end(int streamId, LocalResponse response) {
        return frames(streamId, response.trailers(), NOTHING);
    }

    /** Returns an empty body if the caller's windows have no room: the fields contain the same text. */
    private byte[] body(String text) {
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        if (body.length > window || body.length > streamWindow) {
            return NOTHING;
        }
        window -= body.length;
        return body;
    }

    private ByteBuf frames(int streamId, Http2Headers headers, byte[] body) {
        ByteBuf block = ByteBufAllocator.DEFAULT.buffer();
        tables.say(block);
        Http2Head.write(block, headers, "");
        ByteBuf frames = ByteBufAllocator.DEFAULT.buffer();
        Http2Octets.headers(frames, streamId, block, body.length == 0);
        block.release();
        if (body.length > 0) {
            Frames.header(frames, Frames.DATA, Frames.END_STREAM, streamId, body.length);
            frames.writeBytes(body);
        }
        return frames;
    }
}
