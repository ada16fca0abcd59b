package dev.weft.proxy.exchange;

import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The direction to the application, and the end of its connection after the last response. Whoever still sends is read for a while: closing with unread
 * bytes resets the connection, and the response may be lost (RFC 9112 section 9.6).
 */
final class Output {
    /** Bytes that are read and dropped. */
    static final int MOST_DROPPED = 256 * 1024;
    /** How long the application may take to end. */
    static final Duration LINGER = Duration.ofSeconds(3);

    private final EpollSocketChannel channel;
    private final Session session;
    private final Runnable flushed;
    private final Runnable closed;
    private boolean flushing;
    private boolean begun;
    private boolean inputEnded;
    private boolean outputEnded;
    private int dropped;

    /**
     * Of one connection.
     *
     * @param flushed is run when bytes have left, or wait to be taken
     * @param closed is run before the channel is closed
     */
    Output(EpollSocketChannel channel, Session session, Runnable flushed, Runnable closed) {
        this.channel = channel;
        this.session = session;
        this.flushed = flushed;
        this.closed = closed;
    }

    /** Whether the end has begun. */
    boolean isEnding() {
        return begun;
    }

    /** Whether no more is sent. */
    boolean isFinished() {
        return outputEnded;
    }

    /** Bytes of a response; takes ownership. */
    void write(ByteBuf data) {
        session.countIn(data.readableBytes());
        var _ = channel.write(data, channel.voidPromise());
        flushSoon();
    }

    /** Once for all that comes in this turn of the loop. */
    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(() -> {
                flushing = false;
                channel.flush();
                flushed.run();
            });
        }
    }

    /** Sends no more after what was written. */
    void finish() {
        if (outputEnded) {
            return;
        }
        outputEnded = true;
        // shutdownOutput drops what is still queued, so it waits for a last, empty write.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            if (!written.isSuccess()) {
                return; // the channel is closing, which is told elsewhere
            }
            if (begun && inputEnded) {
                close();
            } else {
                var _ = ((DuplexChannel) written.channel()).shutdownOutput();
            }
        });
    }

    /** Ends both directions in order. */
    void end(boolean applicationEnded) {
        if (begun) {
            return;
        }
        begun = true;
        inputEnded |= applicationEnded;
        boolean told = outputEnded;
        finish();
        if (inputEnded && told) {
            close();
        } else {
            if (!inputEnded) {
                channel.config().setAutoRead(true);
            }
            if (channel.isOpen()) {
                var _ = channel.eventLoop().schedule(this::reset, LINGER.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** The application says no more. */
    void inputEnded() {
        inputEnded = true;
        if (outputEnded) {
            close();
        }
    }

    /** What comes is dropped; takes ownership. */
    void drop(ByteBuf data) {
        dropped += data.readableBytes();
        data.release();
        if (dropped > MOST_DROPPED) {
            reset();
        }
    }

    /** Bytes that the application has not taken. */
    long queued() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    private void close() {
        closed.run();
        var _ = channel.close();
    }

    private void reset() {
        if (channel.isOpen()) {
            closed.run();
            Relay.reset(channel);
        }
    }
}
