package dev.weft.proxy.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When the bytes that a connection has written leave it. Each departure is a TLS record and a system call here, and a wake-up
 * of the peer, so what can leave together does. What is written while the channel is being read leaves at the end of that.
 */
final class Flushes {
    /** The longest that {@link #withNext} holds anything back. */
    static final long MOMENT_MICROS = 500;

    private final Runnable flush;
    private final Runnable turn = this::turn;
    private @Nullable Future<?> moment;
    private boolean reading;
    private boolean scheduled;

    /** {@code flush} sends what has been written, if the connection still stands. */
    Flushes(Runnable flush) {
        this.flush = flush;
    }

    /** The channel has begun to be read. */
    void reading() {
        reading = true;
    }

    /** The channel has been read. */
    void read() {
        reading = false;
        flush.run();
    }

    /** At the end of the loop's turn. */
    void soon(ChannelHandlerContext context) {
        if (!reading && !scheduled) {
            scheduled = true;
            context.executor().execute(turn);
        }
    }

    /**
     * At the end of the loop's next turn: what is already there to be read, and will be written here, leaves with it. For the
     * request of a connection that was accepted just now, whose first bytes are mostly on their way.
     */
    void afterNextRead(ChannelHandlerContext context) {
        if (reading || scheduled) {
            return;
        }
        scheduled = true;
        EventExecutor executor = context.executor();
        if (executor instanceof SingleThreadEventLoop loop) {
            // Tasks run until there are none; only what comes after them lets the loop look at its channels first.
            loop.executeAfterEventLoopIteration(() -> executor.execute(turn));
        } else {
            executor.execute(turn);
        }
    }

    /** With the next that leaves, of whatever stream, after {@value #MOMENT_MICROS} µs at the latest. For what no one waits for. */
    void withNext(ChannelHandlerContext context) {
        if (!reading && !scheduled && moment == null) {
            moment = context.executor().schedule(flush, MOMENT_MICROS, TimeUnit.MICROSECONDS);
        }
    }

    /** Everything that was written leaves now. */
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
