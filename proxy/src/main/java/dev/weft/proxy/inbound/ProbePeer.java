package dev.weft.proxy.inbound;

import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Limits a probe that goes on to the application: the response must pass in time, and more octets of the peer than
 * allowed end the connection.
 */
final class ProbePeer extends ChannelInboundHandlerAdapter {
    /** How long the whole response may take. */
    static final Duration MAX_RESPONSE = Duration.ofSeconds(60);

    private final PlaintextConnection connection;
    private int left;
    private @Nullable Future<?> timeout;

    /** @param most most octets of the peer from now on */
    ProbePeer(PlaintextConnection connection, int most) {
        this.connection = connection;
        this.left = most;
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
        ByteBuf data = (ByteBuf) message;
        if (data.readableBytes() > left) {
            left = 0;
            data.release();
            connection.refuse(Refusal.of(Refusal.Code.NOT_THE_PROBE, "more than a probe's one request"));
        } else {
            left -= data.readableBytes();
            ctx.fireChannelRead(data);
        }
    }
}
