package dev.weft.proxy.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what the application speaks, by what it says first. What is nothing of HTTP, and what says nothing for a short time, is
 * bytes: an application that waits for the other side to speak waits no longer than that. Where HTTP is expected, silence says
 * nothing, and what is nearly HTTP counts as HTTP. Nothing that was said is lost: it goes with the answer. Stands before the connection's other handlers, and leaves with its answer.
 */
final class Detector extends ChannelInboundHandlerAdapter {
    /** How long an application may be silent before its connection counts as bytes. */
    static final Duration SILENCE = Duration.ofMillis(300);

    private final Listener listener;
    private final boolean expectsHttp;
    private ByteBuf first = Unpooled.EMPTY_BUFFER;
    private @Nullable Future<?> silence;
    private boolean inputEnded;
    private boolean done;

    /** Is told once, if the connection lasts so long. */
    @FunctionalInterface
    interface Listener {
        /**
         * The detector has left, and nothing is read until it is told.
         *
         * @param first all that was said; ownership passes
         * @param inputEnded whether no more will be said
         */
        void detected(Spoken spoken, ByteBuf first, boolean inputEnded);
    }

    /** @param expectsHttp whether the application is said to speak HTTP, and must not come past its reader */
    Detector(boolean expectsHttp, Listener listener) {
        this.expectsHttp = expectsHttp;
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (!expectsHttp) {
            silence =
                    ctx.executor().schedule(() -> answer(ctx, Spoken.BYTES), SILENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
        ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        first = first.isReadable() ? joined(ctx, first, data) : data;
        Spoken spoken = expectsHttp ? Spoken.expected(first) : Spoken.by(first);
        if (spoken != null) {
            answer(ctx, spoken);
        }
    }

    private static ByteBuf joined(ChannelHandlerContext ctx, ByteBuf before, ByteBuf more) {
        ByteBuf both = ctx.alloc().ioBuffer(before.readableBytes() + more.readableBytes());
        both.writeBytes(before).writeBytes(more);
        before.release();
        more.release();
        return both;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            answer(ctx, Spoken.BYTES);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        close();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        close();
    }

    private void answer(ChannelHandlerContext ctx, Spoken spoken) {
        if (done) {
            return;
        }
        ByteBuf said = first;
        first = Unpooled.EMPTY_BUFFER;
        close();
        ctx.channel().config().setAutoRead(false);
        var _ = ctx.pipeline().remove(this);
        listener.detected(spoken, said, inputEnded);
    }

    private void close() {
        done = true;
        if (silence != null) {
            silence.cancel(false);
            silence = null;
        }
        first.release();
        first = Unpooled.EMPTY_BUFFER;
    }
}
