package dev.weft.proxy.http2;

import dev.weft.proxy.loop.LoopTimer;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;

/** Closes the channel of a connection that has ended. */
final class ChannelCloser {
    /** Longest time for the last bytes to leave before the channel is closed. */
    private static final Duration TIME = Duration.ofSeconds(3);

    private final LoopTimer deadline = new LoopTimer();

    /** Closes the channel once all written bytes have left, or after {@link #TIME}. */
    void afterLastBytes(ChannelHandlerContext context) {
        ChannelFuture _ = context.writeAndFlush(context.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        deadline.start(context.executor(), TIME, () -> {
            ChannelFuture _ = context.close();
        });
    }

    /**
     * Closes the channel at once and drops written bytes. This bypasses the TLS handler, which would wait for its last
     * record to leave.
     */
    void now(ChannelHandlerContext context) {
        ChannelHandlerContext first = context.pipeline().firstContext();
        if (first != null) { // a closed channel has no handlers left
            ChannelFuture _ = first.close();
        }
    }

    /** The channel has closed. */
    void done() {
        deadline.cancel();
    }
}
