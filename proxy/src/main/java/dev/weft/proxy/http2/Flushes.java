package dev.weft.proxy.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the written bytes of a connection are flushed. Each flush costs a TLS record and a system call here, and
 * wakes the peer, so bytes are flushed together where possible. Bytes that are written while the channel is being read
 * are flushed at the end of the read.
 */
final class Flushes {
    /** Longest time that {@link #withNext} holds bytes back, in microseconds. */
    static final long MOMENT_MICROS = 500;

    private final Runnable flush;
    private final Runnable turn = this::turn;
    private @Nullable Future<?> moment;
    private boolean reading;
    private boolean scheduled;

    /** @param flush sends all written bytes, if the connection is still up */
    Flushes(Runnable flush) {
        this.flush = flush;
    }

    /** The channel's read has begun. */
    void reading() {
        reading = true;
    }

    /** The channel's read has ended. */
    void read() {
        reading = false;
        flush.run();
    }

    /** Flushes at the end of the event loop's turn. */
    void soon(ChannelHandlerContext context) {
        if (!reading && !scheduled) {
            scheduled = true;
            context.executor().execute(turn);
        }
    }

    /**
     * Flushes at the end of the event loop's next turn, together with the bytes that are written in answer to data that
     * can be read already. For the request of a connection that was accepted just now: its first bytes are mostly on
     * their way.
     */
    void afterNextRead(ChannelHandlerContext context) {
        if (reading || scheduled) {
            return;
        }
        scheduled = true;
        EventExecutor executor = context.executor();
        if (executor instanceof SingleThreadEventLoop loop) {
            // The loop runs tasks until none are left. Only a task that is queued after them lets it read its channels
            // first.
            loop.executeAfterEventLoopIteration(() -> executor.execute(turn));
        } else {
            executor.execute(turn);
        }
    }

    /**
     * Flushes with the next flush of any stream, after {@value #MOMENT_MICROS} µs at the latest. For bytes that the
     * peer does not wait for.
     */
    void withNext(ChannelHandlerContext context) {
        if (!reading && !scheduled && moment == null) {
            moment = context.executor().schedule(flush, MOMENT_MICROS, TimeUnit.MICROSECONDS);
        }
    }

    /** All written bytes are being flushed now. */
    void done() {
        if (moment != null) {
            moment.cancel(false);
            moment = null;
        }
    }

    private void turn() {
        scheduled = false;
        flush.run();
    }
}
