package dev.weft.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;

/** One stream of a connection. All calls are made on the connection's event loop. */
@SuppressWarnings("DoNotCallSuggester")
public final class Http2Stream {
    Http2Stream() {}

    /** The stream's number (RFC 9113 section 5.1.1). */
    public int id() {
        throw new UnsupportedOperationException();
    }

    /** Sends a response's headers, or trailers. Trailers go out after all data queued before. */
    public void sendHeaders(Http2Headers headers, boolean endStream) {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends bytes and takes ownership of them; they are queued while the peer's windows are closed. Look at
     * {@link #isWritable} after each call. Dropped if the stream is closed.
     */
    public void sendData(ByteBuf data, boolean endStream) {
        throw new UnsupportedOperationException();
    }

    /** Whether less is queued than the high mark; after {@code false} comes {@link StreamListener#onWritable}. */
    public boolean isWritable() {
        throw new UnsupportedOperationException();
    }

    /** Returns flow-control credit: {@code bytes} of those given to the listener have left it. */
    public void consume(int bytes) {
        throw new UnsupportedOperationException();
    }

    /** Ends the stream in both directions at once with RST_STREAM. Nothing if it has ended. The listener isn't told. */
    public void reset(ErrorCode code) {
        throw new UnsupportedOperationException();
    }

    /** Whether the stream has ended in both directions, or was reset. */
    public boolean closed() {
        throw new UnsupportedOperationException();
    }
}
