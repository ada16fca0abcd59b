package dev.weft.daemon.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a listener: where the kernel gives no connection, as without a file descriptor, it is told, and tried again after a
 * pause. Connections that come meanwhile wait in the kernel.
 */
public class AcceptPause extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptPause.class);

    /** From a failure until the next attempt. */
    public static final Duration PAUSE = Duration.ofSeconds(1);

    /** For one listener. */
    public AcceptPause() {}

    /** Tells of a failure; in the log, unless a listener has another way. */
    protected void failed(ChannelHandlerContext ctx, Throwable cause) {
        LOG.atWarn()
                .addKeyValue("listener", ctx.channel().localAddress())
                .log("No connection can be accepted, trying again in {}: {}", PAUSE, cause.getMessage());
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(ctx, cause);
        ctx.channel().config().setAutoRead(false);
        var _ = ctx.executor()
                .schedule(() -> ctx.channel().config().setAutoRead(true), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
