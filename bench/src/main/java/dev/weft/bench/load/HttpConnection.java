package dev.weft.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the generator. It sends a request and counts the bytes of its answer. Used on the generator's event
 * loop only.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
    /** Position of the status code in {@code HTTP/1.1 200}; its first digit shows success. */
    private static final int STATUS_OFFSET = "HTTP/1.1 ".length();

    /** Receives the events of a connection. */
    interface Listener {
        void onOpen(HttpConnection connection);

        void onAnswer(HttpConnection connection, long dueNanos, long bytes);

        /**
         * Called once, when the connection is closed. The reason is null if {@link HttpConnection#close()} closed it.
         */
        void onGone(HttpConnection connection, @Nullable String reason);
    }

    private final Listener listener;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf firstBytes;
    private @Nullable ResponseShape shape;
    private long received;
    private long dueNanos;
    private boolean waiting;
    private boolean closing;
    private @Nullable String broken;

    HttpConnection(Listener listener) {
        this.listener = listener;
    }

    /**
     * Sends a request whose answer has this shape. Its latency counts from the time at which it was due.
     *
     * @throws IllegalStateException if the connection is not open yet
     */
    void send(ByteBuf request, ResponseShape expected, long due) {
        ChannelHandlerContext channel = context;
        if (channel == null) {
            throw new IllegalStateException("connection: not open yet (expected: a request after onOpen)");
        }
        firstBytes = null; // another connection may have learned the shape of the last answer before this one
        shape = expected;
        received = 0;
        dueNanos = due;
        waiting = true;
        // A write that fails is reported to exceptionCaught.
        ChannelFuture _ = channel.writeAndFlush(request.retainedDuplicate(), channel.voidPromise());
    }

    void close() {
        closing = true;
        ChannelHandlerContext channel = context;
        if (channel != null) {
            ChannelFuture _ = channel.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        listener.onOpen(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            count(bytes);
        } finally {
            bytes.release();
        }
    }

    private void count(ByteBuf bytes) {
        ResponseShape expected = shape;
        if (!waiting || expected == null) {
            throw new IllegalStateException("answer: " + bytes.readableBytes() + " bytes that nobody asked for");
        }
        if (received <= STATUS_OFFSET && received + bytes.readableBytes() > STATUS_OFFSET) {
            byte status = bytes.getByte(bytes.readerIndex() + (int) (STATUS_OFFSET - received));
            if (status != '2') {
                throw new IllegalStateException("answer: status " + (char) status + ".. (expected: 2..)");
            }
        }
        received += bytes.readableBytes();
        if (expected.totalBytes() == 0 && !learn(expected, bytes)) {
            return;
        }
        if (received > expected.totalBytes()) {
            throw new IllegalStateException("answer: " + received + " bytes (expected: " + expected.totalBytes() + ")");
        }
        if (received == expected.totalBytes()) {
            waiting = false;
            listener.onAnswer(this, dueNanos, received);
        }
    }

    private boolean learn(ResponseShape expected, ByteBuf bytes) {
        ByteBuf seen = firstBytes == null ? Unpooled.buffer() : firstBytes;
        seen.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        boolean known = expected.learn(seen);
        firstBytes = known ? null : seen;
        return known;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        String reason = broken;
        if (reason == null && !closing) {
            reason = "closed by the other side" + (waiting ? " after " + received + " bytes of an answer" : "");
        }
        listener.onGone(this, reason);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (broken == null) { // what comes later is mostly a result of the first
            broken = cause.toString();
        }
        ChannelFuture _ = ctx.close();
    }
}
