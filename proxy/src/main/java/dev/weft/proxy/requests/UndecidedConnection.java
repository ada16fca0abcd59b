package dev.weft.proxy.requests;

import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Watches the application's connection until it is decided how to carry it, and keeps the bytes that it sends. */
final class UndecidedConnection extends ChannelInboundHandlerAdapter {
    /** The most bytes that are kept. Reading is off, so hardly more than the application's end comes. */
    private static final int MOST = 256 * 1024;

    private final Consumer<Refusal> gone;
    private @Nullable ByteBuf said;
    private @Nullable ChannelHandlerContext context;

    /**
     * Creates the handler of one connection.
     *
     * @param first bytes that the application has sent; ownership passes
     * @param gone called with the reason when the application gives up
     */
    UndecidedConnection(ByteBuf first, Consumer<Refusal> gone) {
        this.said = first;
        this.gone = gone;
    }

    /**
     * Leaves the pipeline once it is decided how to carry the connection. Returns the bytes, which the caller must
     * release; null if they were taken before.
     */
    @Nullable
    ByteBuf take() {
        ByteBuf all = said;
        said = null;
        if (context != null && !context.isRemoved()) {
            context.pipeline().remove(this);
        }
        return all;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf more = (ByteBuf) message;
        ByteBuf before = said;
        if (before == null) {
            more.release();
            return;
        }
        int size = before.readableBytes() + more.readableBytes();
        if (size > MOST) {
            more.release();
            broken("the application sent too much before the decision about its connection");
            return;
        }
        said = ctx.alloc().ioBuffer(size).writeBytes(before).writeBytes(more);
        before.release();
        more.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            broken("the application ended before its connection was decided about");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        broken("the connection was reset");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken("the connection broke: " + cause);
    }

    private void broken(String reason) {
        gone.accept(Refusal.of(Refusal.Code.BROKEN, reason));
    }
}
