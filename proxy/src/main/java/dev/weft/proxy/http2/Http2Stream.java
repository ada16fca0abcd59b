package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One stream of a connection. All calls are made on the connection's event loop. */
public final class Http2Stream {
    private final Streams streams;
    private final Outbound out;
    private final int id;
    final ReceiveWindow receiveWindow;
    private @Nullable StreamListener listener;

    /** Octets that the peer allows; negative after it reduced its setting (RFC 9113 section 6.9.2). */
    private int sendWindow;

    /** Null until data has to wait; most streams never need a queue. */
    private @Nullable SendQueue queue;

    private boolean scheduled, localEnded, remoteEnded, closed;
    /** Whether the peer's headers are complete. If so, further headers are trailers. */
    boolean headersReceived;
    /** Whether the owner has answered. If so, a reset does not count as a rapid one. */
    private boolean headersSent;

    Http2Stream(Streams streams, Outbound out, int id, int sendWindow, ReceiveWindow receiveWindow) {
        this.streams = streams;
        this.out = out;
        this.id = id;
        this.sendWindow = sendWindow;
        this.receiveWindow = receiveWindow;
    }

    /** Returns the stream's ID (RFC 9113 section 5.1.1). */
    public int id() {
        return id;
    }

    /** Returns the connection that carries the stream. */
    public Http2Connection connection() {
        return streams.connection();
    }

    /** Asks the peer to end the connection behind this stream in order; nothing happens if this side's direction has ended. */
    public void askToReconnect() {
        if (!closed && !ended()) {
            out.reconnect(id);
        }
    }

    /** Sends a response's headers, or trailers. Trailers go out after all data queued before. */
    public void sendHeaders(Http2Headers headers, boolean endStream) {
        if (closed) {
            return;
        }
        requireOpen();
        headersSent = true;
        SendQueue before = queue;
        if (before == null || before.octets() == 0) {
            out.headers(id, headers, endStream);
            out.flushSoon();
            if (endStream) {
                endLocal();
            }
        } else if (endStream) {
            before.end(headers);
        } else {
            throw new IllegalStateException("headers of stream " + id + " after its data (expected: with endStream)");
        }
    }

    /** Sends a response's headers that the caller does not wait for: they leave with the next flush of any stream. */
    public void sendHeadersAhead(Http2Headers headers) {
        if (!closed) {
            requireOpen();
            headersSent = true;
            out.headers(id, headers, false);
            out.flushWithNext();
        }
    }

    void request(Http2Headers headers, boolean endStream) {
        headersSent = true;
        out.headers(id, headers, endStream);
        out.flushAfterNextRead();
        if (endStream) {
            endLocal();
        }
    }

    /**
     * Sends bytes and takes ownership of them. They are queued while the peer's windows are closed: check
     * {@link #isWritable} after each call. They are dropped if the stream is closed.
     */
    public void sendData(ByteBuf data, boolean endStream) {
        int n = data.readableBytes();
        if (closed || (n == 0 && !endStream)) {
            data.release();
            return;
        }
        if (ended()) {
            data.release();
            requireOpen();
        }
        int queued = queued();
        if (queued == 0 && n <= sendWindow && out.admits(n)) {
            writeNow(data, n, endStream);
        } else if (n == 0 && queued == 0) {
            data.release(); // a frame without payload needs no window (RFC 9113 section 6.9.1)
            writeNow(Unpooled.EMPTY_BUFFER, 0, true);
        } else {
            enqueue(data, endStream);
        }
    }

    /** Whether less than the high mark is queued; after {@code false} comes {@link StreamListener#onWritable}. */
    public boolean isWritable() {
        return !closed && (queue == null || !queue.full());
    }

    /** Number of bytes that wait for the peer's windows, or for their turn. */
    public int queued() {
        return queue == null ? 0 : queue.octets();
    }

    /** Returns about how much memory those bytes take. */
    public int held() {
        return queue == null ? 0 : queue.held();
    }

    /** Returns credit to the peer: {@code bytes} of the data given to the listener were consumed. */
    public void consume(int bytes) {
        if (closed || bytes == 0) {
            return; // the connection got the credit when the stream closed
        }
        int increment = receiveWindow.consume(bytes);
        if (increment > 0 && !remoteEnded) {
            out.windowUpdate(id, increment);
        }
        streams.consumed(bytes);
    }

    /** Ends the stream in both directions at once with RST_STREAM, unless it has ended. The listener is not told. */
    public void reset(ErrorCode code) {
        if (!closed) {
            streams.reset(id, code);
            close();
        }
    }

    /** Whether the stream has ended in both directions, or was reset. */
    public boolean closed() {
        return closed;
    }

    private void writeNow(ByteBuf data, int n, boolean endStream) {
        sendWindow -= n;
        out.data(id, n, endStream);
        out.writer().payload(data);
        if (n == 0 && remoteEnded) {
            out.flushWithNext(); // both sides are complete
        } else {
            out.flushSoon();
        }
        if (endStream) {
            endLocal();
        }
    }

    private void enqueue(ByteBuf data, boolean endStream) {
        SendQueue waiting = queue;
        if (waiting == null) {
            Http2Settings settings = streams.settings();
            waiting = new SendQueue(settings.sendQueueHigh(), settings.sendQueueLow());
            queue = waiting;
        }
        waiting.add(data, endStream);
        schedule();
    }

    /** Queues the stream for its turn, if it has data to send and the peer's window allows it. */
    private void schedule() {
        if (!scheduled && sendWindow > 0 && queued() > 0) {
            scheduled = true;
            out.awaitTurn(this);
        }
    }

    /** Sends one quantum, as far as the windows allow. */
    void sendTurn() {
        scheduled = false;
        SendQueue waiting = queue;
        if (waiting == null) {
            return; // closed since it was queued
        }
        int left = out.turn(sendWindow);
        while (left > 0 && waiting.octets() > 0) {
            int n = Math.min(Math.min(left, waiting.octets()), out.maxFrameSize());
            left -= n;
            sendFrame(waiting, n);
        }
        schedule();
        if (waiting.relieved()) {
            listener().onWritable();
        }
    }

    private void sendFrame(SendQueue waiting, int n) {
        out.data(id, n, waiting.endsWith(n));
        sendWindow -= n;
        waiting.take(n, out.writer());
        if (waiting.ends() && waiting.octets() == 0) {
            Http2Headers trailers = waiting.takeTrailers();
            if (trailers != null) {
                out.headers(id, trailers, true);
                out.flushSoon();
            }
            endLocal();
        }
    }

    private boolean ended() {
        return localEnded || (queue != null && queue.ends());
    }

    private void requireOpen() {
        if (ended()) {
            throw new IllegalStateException("stream " + id + " was ended (expected: nothing after endStream)");
        }
    }

    private void endLocal() {
        localEnded = true;
        if (remoteEnded) {
            close();
        }
    }

    /** Notes the peer's END_STREAM. The listener is called afterwards, so that it may answer and end the stream. */
    void endRemote() {
        remoteEnded = true;
    }

    /** Closes the stream if both sides have ended it. */
    void closeIfEnded() {
        if (localEnded && remoteEnded) {
            close();
        }
    }

    /** Releases the stream's data and removes it from the connection. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (queue != null) {
            queue.close();
            queue = null;
        }
        streams.removed(this);
    }

    /** Adds the peer's credit; false if the window would exceed its maximum (section 6.9.1). */
    boolean credit(int octets) {
        if ((long) sendWindow + octets > Integer.MAX_VALUE) {
            return false;
        }
        sendWindow += octets;
        schedule();
        return true;
    }

    boolean remoteEnded() {
        return remoteEnded;
    }

    boolean headersSent() {
        return headersSent;
    }

    /** The connection has ended. A request that has just arrived has no listener yet: {@link Streams} tells it. */
    void lost() {
        if (listener != null) {
            listener.onReset(ErrorCode.CONNECT_ERROR);
        }
    }

    void listener(StreamListener listener) {
        this.listener = listener;
    }

    StreamListener listener() {
        return Objects.requireNonNull(listener, "listener");
    }
}
