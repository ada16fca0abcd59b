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
 * The direction to the application, and the end of its connection after the last response. A caller that still sends is read for a while: closing with unread
 * bytes resets the connection, and the response may be lost (RFC 9112 section 9.6).
 */
final class Output {
    /** Bytes that are read and dropped. */
    static final int MOST_DROPPED = 256 * 1024;
    /** How long the application may take to end once it has been sent everything. */
    static final Duration LINGER = Duration.ofSeconds(3);

    private final EpollSocketChannel channel;
    private final Session session;
    private final Runnable flushed;
    private final Runnable closed;
    private boolean flushing;
    private boolean begun;
    private boolean inputEnded;
    private boolean finishing;
    /** Whether all that was written has left, and the end with it. */
    private boolean sent;

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
        return finishing;
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
        if (finishing) {
            return;
        }
        finishing = true;
        // shutdownOutput drops what is still queued, so it waits for a last, empty write.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            if (!written.isSuccess()) {
                return; // the channel is closing, which is told elsewhere
            }
            sent = true;
            if (begun && inputEnded) {
                close();
                return;
            }
            var _ = ((DuplexChannel) written.channel()).shutdownOutput();
            if (begun) {
                linger();
            }
        });
    }

    /** A slow application takes what time it needs for the response; only then is its own end waited for. */
    private void linger() {
        if (channel.isOpen()) {
            var _ = channel.eventLoop().schedule(this::close, LINGER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Ends both directions in order. */
    void end(boolean applicationEnded) {
        if (begun) {
            return;
        }
        begun = true;
        inputEnded |= applicationEnded;
        if (!inputEnded) {
            channel.config().setAutoRead(true);
        }
        if (!sent) {
            finish();
        } else if (inputEnded) {
            close();
        } else {
            linger();
        }
    }

    /** The application says no more. */
    void inputEnded() {
        inputEnded = true;
        if (sent) {
            close();
        }
    }

    /** What comes is dropped; takes ownership. */
    void drop(ByteBuf data) {
        dropped += data.readableBytes();
        data.release();
        if (dropped > MOST_DROPPED && channel.isOpen()) {
            closed.run();
            Relay.reset(channel);
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
}
