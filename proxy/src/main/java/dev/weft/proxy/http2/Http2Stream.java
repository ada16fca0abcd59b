package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One stream of a connection. All calls are made on the connection's event loop. */
public final class Http2Stream {
    /** Slots of the queue at first: most streams queue little or nothing. */
    private static final int INITIAL_QUEUE = 8;

    private final Http2Connection connection;
    private final int id;
    final ReceiveWindow receiveWindow;
    private @Nullable StreamListener listener;

    /** What the peer admits; negative after it shrank its setting (RFC 9113 section 6.9.2). */
    private int sendWindow;

    private @Nullable ArrayDeque<ByteBuf> queue;
    private int queued;
    private boolean scheduled;
    private boolean unwritable;
    private boolean endQueued;
    private @Nullable Http2Headers trailers;

    private boolean localEnded;
    private boolean remoteEnded;
    private boolean closed;
    /** The peer's headers are complete: what follows are trailers. */
    private boolean headersReceived;
    /** The owner has answered, so that a reset is not a rapid one. */
    private boolean headersSent;

    Http2Stream(Http2Connection connection, int id, int sendWindow, ReceiveWindow receiveWindow) {
        this.connection = connection;
        this.id = id;
        this.sendWindow = sendWindow;
        this.receiveWindow = receiveWindow;
    }

    /** The stream's number (RFC 9113 section 5.1.1). */
    public int id() {
        return id;
    }

    /** The connection that carries the stream. */
    public Http2Connection connection() {
        return connection;
    }

    /** Sends a response's headers, or trailers. Trailers go out after all data queued before. */
    public void sendHeaders(Http2Headers headers, boolean endStream) {
        if (closed) {
            return;
        }
        requireOpen();
        headersSent = true;
        if (queued == 0) {
            connection.out().headers(id, headers, endStream);
            connection.scheduleFlush();
            if (endStream) {
                endLocal();
            }
        } else if (endStream) {
            trailers = headers;
            endQueued = true;
        } else {
            throw new IllegalStateException("headers of stream " + id + " after its data (expected: with endStream)");
        }
    }

    /** Sends a response's headers to a caller that doesn't wait for them: they leave with the next, of whatever stream. */
    public void sendHeadersAhead(Http2Headers headers) {
        if (!closed) {
            requireOpen();
            headersSent = true;
            connection.out().headers(id, headers, false);
            connection.flushes().withNext(connection.context());
        }
    }

    void request(Http2Headers headers, boolean endStream) {
        headersSent = true;
        connection.out().headers(id, headers, endStream);
        connection.flushes().afterNextRead(connection.context());
        if (endStream) {
            endLocal();
        }
    }

    /**
     * Sends bytes and takes ownership of them; they are queued while the peer's windows are closed. Look at
     * {@link #isWritable} after each call. Dropped if the stream is closed.
     */
    public void sendData(ByteBuf data, boolean endStream) {
        int n = data.readableBytes();
        if (closed || (n == 0 && !endStream)) {
            data.release();
            return;
        }
        if (endQueued || localEnded) {
            data.release();
            requireOpen();
        }
        if (queued == 0
                && n <= sendWindow
                && n <= connection.peerMaxFrameSize()
                && connection.sender().admits(n)) {
            writeNow(data, n, endStream);
        } else if (n == 0 && queued == 0) {
            data.release(); // a frame without payload needs no window (RFC 9113 section 6.9.1)
            writeNow(Unpooled.EMPTY_BUFFER, 0, true);
        } else {
            enqueue(data, n, endStream);
        }
    }

    /** Whether less is queued than the high mark; after {@code false} comes {@link StreamListener#onWritable}. */
    public boolean isWritable() {
        return !unwritable && !closed;
    }

    /** Bytes that wait for the peer's windows, or for their turn. */
    public int queued() {
        return queued;
    }

    /** Returns flow-control credit: {@code bytes} of those given to the listener have left it. */
    public void consume(int bytes) {
        if (closed || bytes == 0) {
            return; // the connection got the credit when the stream closed
        }
        int increment = receiveWindow.consume(bytes);
        if (increment > 0 && !remoteEnded) {
            connection.out().windowUpdate(id, increment);
        }
        connection.consumed(bytes);
    }

    /** Ends the stream in both directions at once with RST_STREAM. Nothing if it has ended. The listener isn't told. */
    public void reset(ErrorCode code) {
        if (!closed) {
            connection.reset(id, code);
            close();
        }
    }

    /** Whether the stream has ended in both directions, or was reset. */
    public boolean closed() {
        return closed;
    }

    private void writeNow(ByteBuf data, int n, boolean endStream) {
        sendWindow -= n;
        connection.spend(n);
        FrameWriter writer = connection.writer();
        writer.dataHeader(id, n, endStream);
        writer.payload(data);
        if (n == 0 && remoteEnded) {
            connection.flushes().withNext(connection.context()); // both sides have said all
        } else {
            connection.scheduleFlush();
        }
        if (endStream) {
            endLocal();
        }
    }

    private void enqueue(ByteBuf data, int n, boolean endStream) {
        if (n > 0) {
            ArrayDeque<ByteBuf> buffers = queue;
            if (buffers == null) {
                buffers = new ArrayDeque<>(INITIAL_QUEUE);
                queue = buffers;
            }
            buffers.add(data);
            queued += n;
            unwritable |= queued >= connection.settings().sendQueueHigh();
        } else {
            data.release();
        }
        endQueued |= endStream;
        schedule();
    }

    /** Joins those that wait for their turn, if there is something to send and the peer admits it. */
    private void schedule() {
        if (!scheduled && queued > 0 && sendWindow > 0) {
            scheduled = true;
            connection.sender().add(this);
            connection.scheduleFlush();
        }
    }

    /** One turn: a quantum, as far as the windows admit. */
    void sendTurn() {
        scheduled = false;
        int left = Math.min(
                SendScheduler.QUANTUM, Math.min(sendWindow, connection.sender().window()));
        while (!closed && left > 0 && queued > 0) {
            int n = Math.min(Math.min(left, queued), connection.peerMaxFrameSize());
            left -= n;
            sendFrame(n);
        }
        if (closed) {
            return;
        }
        schedule();
        if (unwritable && queued <= connection.settings().sendQueueLow()) {
            unwritable = false;
            listener().onWritable();
        }
    }

    private void sendFrame(int n) {
        boolean last = n == queued && endQueued && trailers == null;
        FrameWriter writer = connection.writer();
        writer.dataHeader(id, n, last);
        sendWindow -= n;
        queued -= n;
        connection.spend(n);
        ArrayDeque<ByteBuf> buffers = Objects.requireNonNull(queue, "queue");
        int rest = n;
        while (rest > 0) {
            ByteBuf head = buffers.element();
            int readable = head.readableBytes();
            if (readable <= rest) {
                writer.payload(buffers.remove());
                rest -= readable;
            } else {
                writer.payload(head.readRetainedSlice(rest));
                rest = 0;
            }
        }
        if (queued == 0 && endQueued) {
            if (trailers != null) {
                connection.out().headers(id, trailers, true);
                connection.scheduleFlush();
            }
            endLocal();
        }
    }

    private void requireOpen() {
        if (endQueued || localEnded) {
            throw new IllegalStateException("stream " + id + " was ended (expected: nothing after endStream)");
        }
    }

    private void endLocal() {
        localEnded = true;
        if (remoteEnded) {
            close();
        }
    }

    /** The peer's END_STREAM; called before the listener hears of it, so the listener may answer and end. */
    void endRemote() {
        remoteEnded = true;
    }

    /** Closes the stream if both sides have ended it. */
    void closeIfEnded() {
        if (localEnded && remoteEnded) {
            close();
        }
    }

    /** Frees what the stream holds and leaves the connection. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (queue != null) {
            queue.forEach(ByteBuf::release);
            queue = null;
        }
        queued = 0;
        trailers = null;
        connection.removed(this);
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

    boolean headersReceived() {
        return headersReceived;
    }

    void markHeadersReceived() {
        headersReceived = true;
    }

    /** The connection has ended. A request that is being answered at this moment has no listener yet, and needs none. */
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
