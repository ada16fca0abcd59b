package dev.weft.proxy.limit;

import dev.weft.daemon.listen.AcceptPause;
import io.netty.channel.ChannelHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses accepting on one listener when the kernel gives no more connections, and logs why. {@link Descriptors} makes
 * this rare: it happens when the whole machine has no descriptor left, or when the process's limit was lowered below
 * what is in use.
 */
public final class AcceptFailures extends AcceptPause {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);

    private final Descriptors descriptors;

    /** Creates the handler of one listener. */
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
