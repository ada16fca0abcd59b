package dev.weft.proxy.tunnel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Waits for the end of the TLS handshake, then removes itself from the pipeline. Reports exactly once. */
public final class TunnelHandshake extends ChannelInboundHandlerAdapter {
    /** Longest time of a TLS handshake. */
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final BiConsumer<Channel, SslHandler> secured;
    private final Consumer<Throwable> failed;
    private boolean reported;

    /**
     * Both are called on the event loop.
     *
     * @param secured is called if the handshake succeeds, and must add its handlers to the pipeline
     * @param failed is called if it fails; the channel is closing then
     */
    public TunnelHandshake(BiConsumer<Channel, SslHandler> secured, Consumer<Throwable> failed) {
        this.secured = secured;
        this.failed = failed;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent completion)) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        if (completion.isSuccess()) {
            reported = true;
            secured.accept(ctx.channel(), ctx.pipeline().get(SslHandler.class));
            if (!ctx.isRemoved()) {
                ctx.pipeline().remove(this);
            }
        } else {
            fail(ctx, completion.cause());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, new java.io.EOFException("the peer closed the connection during the handshake"));
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        if (!reported) {
            reported = true;
            failed.accept(cause);
        }
        var _ = ctx.close();
    }

    /** Returns a short text for a failed handshake: the innermost message, which usually says most. */
    public static String reason(Throwable failure) {
        Throwable cause = failure;
        String text = failure.toString();
        for (int depth = 0; cause != null && depth < 8; depth++) {
            if (cause.getMessage() != null) {
                text = cause.getMessage();
            }
            cause = cause.getCause();
        }
        return text;
    }
}
