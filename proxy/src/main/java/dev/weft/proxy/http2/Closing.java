package dev.weft.proxy.http2;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;

/** How a connection's channel is closed once the connection has ended. */
final class Closing {
    /** Time for the last bytes to leave before the channel is closed over them. */
    private static final Duration TIME = Duration.ofSeconds(3);

    private final Deadline deadline = new Deadline();

    /** Once what was written has left, or has not in time. */
    void afterLastBytes(ChannelHandlerContext context) {
        ChannelFuture _ = context.writeAndFlush(context.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
        deadline.start(context.executor(), TIME, () -> {
            ChannelFuture _ = context.close();
        });
    }

    /** Drops what was written. It passes the TLS handler by, which would wait for its last record to leave. */
    void now(ChannelHandlerContext context) {
        ChannelFuture _ = context.pipeline().firstContext().close();
    }

    /** The channel has closed. */
    void done() {
        deadline.cancel();
    }
}
