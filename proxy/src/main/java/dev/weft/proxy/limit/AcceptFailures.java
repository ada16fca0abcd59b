package dev.weft.proxy.limit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a listener: where the kernel gives no more connections, it is said, and tried again later. {@link Descriptors} sees to it
 * that this is rare: the machine as a whole has no descriptor left, or the limit was lowered below what is in use.
 */
public final class AcceptFailures extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);

    /** Connections wait in the kernel for so long. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final Descriptors descriptors;

    /** For one listener. */
    public AcceptFailures(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        descriptors.lookAgain();
        LOG.atWarn()
                .addKeyValue("code", "WEFT-D017")
                .addKeyValue("listener", ctx.channel().localAddress())
                .log("No connection can be accepted, trying again in {}: {}", PAUSE, cause.getMessage());
        ctx.channel().config().setAutoRead(false);
        var _ = ctx.executor()
                .schedule(() -> ctx.channel().config().setAutoRead(true), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
