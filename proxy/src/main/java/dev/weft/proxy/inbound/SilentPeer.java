package dev.weft.proxy.inbound;

import dev.weft.proxy.session.Refusal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Allows no more data after a probe's single request: the response must pass in time, and further bytes end the
 * connection.
 */
final class SilentPeer extends ChannelInboundHandlerAdapter {
    /** How long the whole response may take. */
    static final Duration MAX_RESPONSE = Duration.ofSeconds(60);

    private final PlaintextConnection connection;
    private @Nullable Future<?> timeout;

    SilentPeer(PlaintextConnection connection) {
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        timeout = ctx.executor()
                .schedule(
                        () -> connection.refuse(Refusal.of(
                                Refusal.Code.NOT_THE_PROBE,
                                "the response to the probe was not through in " + MAX_RESPONSE.toSeconds() + " s")),
                        MAX_RESPONSE.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
        connection.refuse(Refusal.of(Refusal.Code.NOT_THE_PROBE, "more than a probe's one request"));
    }
}
