package dev.weft.proxy.outbound;

import dev.weft.proxy.loop.LoopTimer;
import dev.weft.proxy.session.JoinedBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;

/**
 * Detects the protocol of the application by its first bytes. Bytes that are not HTTP, and silence for a short time,
 * count as bytes: an application that waits for the other side to speak is delayed no longer than that. If HTTP is
 * expected, there is no time limit, and bytes that resemble HTTP count as HTTP. All bytes read are handed over with the
 * answer. The handler stands before the connection's other handlers, and removes itself with its answer.
 */
final class Detector extends ChannelInboundHandlerAdapter {
    private final Listener listener;
    private final boolean expectsHttp;
    private final Duration patience;
    private ByteBuf first = Unpooled.EMPTY_BUFFER;
    private final LoopTimer silence = new LoopTimer();
    private boolean inputEnded;
    private boolean done;

    /** Receives the answer once, unless the connection ends before. */
    @FunctionalInterface
    interface Listener {
        /**
         * Called after the detector has left the pipeline. Nothing more is read until reading is turned on again.
         *
         * @param first all bytes that the application sent; ownership passes
         * @param inputEnded whether the application has ended its direction
         */
        void detected(DetectedProtocol spoken, ByteBuf first, boolean inputEnded);
    }

    /**
     * @param expectsHttp whether the application is expected to speak HTTP, so that its bytes must not bypass the HTTP
     *     reader
     * @param patience how long the application may be silent before its connection counts as bytes
     */
    Detector(boolean expectsHttp, Duration patience, Listener listener) {
        this.expectsHttp = expectsHttp;
        this.patience = patience;
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (!expectsHttp) {
            silence.start(ctx.executor(), patience, () -> answer(ctx, DetectedProtocol.BYTES));
        }
        ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        first = JoinedBytes.of(ctx.alloc(), first, data);
        DetectedProtocol spoken = expectsHttp ? DetectedProtocol.expected(first) : DetectedProtocol.by(first);
        if (spoken != null) {
            answer(ctx, spoken);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            answer(ctx, DetectedProtocol.BYTES);
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

    private void answer(ChannelHandlerContext ctx, DetectedProtocol spoken) {
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
        silence.cancel();
        first.release();
        first = Unpooled.EMPTY_BUFFER;
    }
}
