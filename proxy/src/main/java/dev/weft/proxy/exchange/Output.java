package dev.weft.proxy.exchange;

import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.TcpQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The direction to the application, including the connection's end after the last response. A caller that still sends
 * is read for some time: closing with unread bytes resets the connection, and the response may be lost (RFC 9112
 * section 9.6).
 */
final class Output {
    /** The most bytes that are read and dropped. */
    static final int MOST_DROPPED = 256 * 1024;
    /** How long the application may take to end its direction after everything was sent to it. */
    static final Duration LINGER = Duration.ofSeconds(3);

    private final EpollSocketChannel channel;
    private final Session session;
    private final Runnable flushed;
    private final Runnable closed;
    private final Runnable flush = this::flush;
    private boolean flushing;
    private boolean begun;
    private boolean inputEnded;
    private boolean finishing;
    /** Whether all written data has been sent, and the end of the direction with it. */
    private boolean sent;

    private int dropped;

    /**
     * Creates the output of one connection.
     *
     * @param flushed runs when bytes have been sent, or wait to be taken
     * @param closed runs before the channel is closed
     */
    Output(EpollSocketChannel channel, Session session, Runnable flushed, Runnable closed) {
        this.channel = channel;
        this.session = session;
        this.flushed = flushed;
        this.closed = closed;
    }

    /** Whether the end of the connection has begun. */
    boolean isEnding() {
        return begun;
    }

    /** Whether this direction takes no more data. */
    boolean isFinished() {
        return finishing;
    }

    /** Sends bytes of a response; takes ownership. */
    void write(ByteBuf data) {
        session.countIn(data.readableBytes());
        TcpQueue.write(channel, data);
        flushSoon();
    }

    /** Flushes once for all data of this turn of the loop. */
    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(flush);
        }
    }

    private void flush() {
        flushing = false;
        channel.flush();
        flushed.run();
    }

    /** Ends the direction after the written data. */
    void finish() {
        if (finishing) {
            return;
        }
        finishing = true;
        // shutdownOutput drops what is still queued, so it waits for a last, empty write.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            if (!written.isSuccess()) {
                return; // the channel is closing, which is handled elsewhere
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

    /**
     * Waits for the application's end. Called only after everything was sent, so a slow application has all the time it
     * needs for the response.
     */
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

    /** Called when the application has ended its direction. */
    void inputEnded() {
        inputEnded = true;
        if (sent) {
            close();
        }
    }

    /** Drops data of the application; takes ownership. */
    void drop(ByteBuf data) {
        dropped += data.readableBytes();
        data.release();
        if (dropped > MOST_DROPPED && channel.isOpen()) {
            closed.run();
            Relay.reset(channel);
        }
    }

    /** Returns about how much memory the bytes take that the application has not taken. */
    long queued() {
        return TcpQueue.held(channel);
    }

    private void close() {
        closed.run();
        var _ = channel.close();
    }
}
