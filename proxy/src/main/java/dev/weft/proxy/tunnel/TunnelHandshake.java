package dev.weft.proxy.tunnel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;

/** Waits for the end of the TLS handshake, then removes itself from the pipeline. Reports exactly once. */
public final class TunnelHandshake extends ChannelInboundHandlerAdapter {
    /** Longest time of a TLS handshake. */
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Receives the result of a handshake; called on the event loop. */
    public interface Listener {
        /** The handshake succeeded. The listener must add its handlers to the pipeline. */
        void secured(ChannelHandlerContext context, SslHandler ssl);

        /** The handshake failed, and the channel is closing. */
        void failed(Throwable cause);
    }

    private final Listener listener;
    private boolean reported;

    public TunnelHandshake(Listener listener) {
        this.listener = listener;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent completion)) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        if (completion.isSuccess()) {
            reported = true;
            listener.secured(ctx, ctx.pipeline().get(SslHandler.class));
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
            listener.failed(cause);
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
