package dev.weft.daemon.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles failures of a listener to accept, such as too few file descriptors: reports the failure, and accepts again
 * after a pause. Connections that arrive meanwhile wait in the kernel.
 */
public class AcceptPause extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptPause.class);

    /** Time between a failure and the next attempt. */
    public static final Duration PAUSE = Duration.ofSeconds(1);

    /** Creates the handler of one listener. */
    public AcceptPause() {}

    /** Reports a failure, by default in the log. A subclass may report it in another way. */
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
