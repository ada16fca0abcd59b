package dev.weft.proxy.limit;

import dev.weft.daemon.listen.AcceptPause;
import io.netty.channel.ChannelHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the kernel gives no more connections. {@link Descriptors} sees to it that this is rare: the machine as a whole has no
 * descriptor left, or the limit was lowered below what is in use.
 */
public final class AcceptFailures extends AcceptPause {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);

    private final Descriptors descriptors;

    /** For one listener. */
    public AcceptFailures(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    protected void failed(ChannelHandlerContext ctx, Throwable cause) {
        descriptors.lookAgain();
        LOG.atWarn()
                .addKeyValue("code", "WEFT-D017")
                .addKeyValue("listener", ctx.channel().localAddress())
                .log("No connection can be accepted, trying again in {}: {}", PAUSE, cause.getMessage());
    }
}
