package dev.weft.proxy.outbound;

import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http1LocalResponses;
import dev.weft.proxy.loop.LoopTimer;
import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;

/**
 * Gives the application an answer of the sidecar's own, and ends the connection once the application has taken it. What
 * the application still sends is read and dropped: otherwise the kernel would reset the connection, and the answer
 * could be lost. First handler of a pipeline.
 */
final class LastAnswer extends ChannelInboundHandlerAdapter {
    /** The most octets that are dropped. */
    private static final int MOST_DROPPED = 256 * 1024;
    /** How long the application has to take the answer. */
    private static final Duration LINGER = Duration.ofSeconds(3);

    private final Refusal why;
    private final boolean toHead;
    private final Runnable end;
    private final LoopTimer deadline = new LoopTimer();
    private int dropped;
    private boolean over;
    /** Whether the answer has left. */
    private boolean said;

    private boolean inputEnded;

    /**
     * Makes the handler for one refused request of HTTP/1.1.
     *
     * @param toHead whether the request is a HEAD
     * @param end breaks off the connection
     */
    LastAnswer(Refusal why, boolean toHead, Runnable end) {
        this.why = why;
        this.toHead = toHead;
        this.end = end;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline.start(ctx.executor(), LINGER, () -> end(ctx));
        GateRefusal refusal = new GateRefusal(why.code(), why.status(), why.reason());
        var _ = ctx.writeAndFlush(Http1LocalResponses.of(refusal, true, toHead, ctx.alloc()))
                .addListener(sent -> {
                    said = sent.isSuccess();
                    if (said && inputEnded) {
                        var _ = ctx.close();
                    } else if (said && ctx.channel() instanceof DuplexChannel channel) {
                        var _ = channel.shutdownOutput();
                    }
                });
        ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        dropped += data.readableBytes();
        data.release();
        if (dropped > MOST_DROPPED) {
            end(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (said) {
                var _ = ctx.close(); // in order: a reset could overtake the answer
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(ctx);
        ctx.fireChannelInactive();
    }

    private void end(ChannelHandlerContext ctx) {
        if (!over) {
            over = true;
            ctx.channel().config().setAutoRead(false);
            end.run();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.cancel();
    }
}
