package dev.weft.proxy.capture;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** On a listener: where the kernel gives no more connections, as without a file descriptor, it is said, and tried again later. */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);

    /** Connections wait in the kernel for so long. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.atWarn()
                .addKeyValue("code", "WEFT-D017")
                .addKeyValue("listener", ctx.channel().localAddress())
                .log("No connection can be accepted, trying again in {}: {}", PAUSE, cause.getMessage());
        ctx.channel().config().setAutoRead(false);
        var _ = ctx.executor()
                .schedule(() -> ctx.channel().config().setAutoRead(true), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
