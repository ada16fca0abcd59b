package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The end of a relay that is a TCP connection. */
public final class TcpEnd extends ChannelInboundHandlerAdapter implements End {
    private final Relay relay;
    private @Nullable ChannelHandlerContext context;
    private boolean inputEnded;
    private boolean finishing;
    private boolean outputEnded;
    private boolean aborted;

    TcpEnd(Relay relay) {
        this.relay = relay;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        relay.received(this, (ByteBuf) message);
        if (!relay.mayRead(this)) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        relay.flushOther(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            relay.resumeOther(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            endInput();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (inputEnded && outputEnded) {
            relay.closedCleanly();
        } else if (!aborted) {
            aborted = true;
            relay.broken(this, Refusal.of(Refusal.Code.BROKEN, "the connection was reset"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!aborted) {
            aborted = true;
            relay.broken(this, Refusal.of(Refusal.Code.BROKEN, "the connection broke: " + cause));
        }
        Relay.reset(ctx.channel());
    }

    private void endInput() {
        if (!inputEnded && !aborted) {
            inputEnded = true;
            relay.inputEnded(this);
            closeWhenDone();
        }
    }

    private Channel channel() {
        return Objects.requireNonNull(context, "context").channel();
    }

    @Override
    public void write(ByteBuf data) {
        Channel channel = channel();
        var _ = channel.write(data, channel.voidPromise());
    }

    @Override
    public void flush() {
        channel().flush();
    }

    @Override
    public boolean writable() {
        return channel().isWritable();
    }

    @Override
    public void finish() {
        if (finishing || aborted) {
            return;
        }
        finishing = true;
        // shutdownOutput drops what is still queued, so it waits for a last, empty write.
        channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            if (!written.isSuccess()) {
                return; // the channel is closing, which is told elsewhere
            }
            outputEnded = true;
            if (inputEnded) {
                closeWhenDone();
            } else {
                var _ = ((DuplexChannel) written.channel()).shutdownOutput();
            }
        });
    }

    private void closeWhenDone() {
        if (inputEnded && outputEnded) {
            var _ = channel().close();
        }
    }

    @Override
    public void abort() {
        if (!aborted) {
            aborted = true;
            Relay.reset(channel());
        }
    }

    @Override
    public void resume() {
        // Netty closes a channel that is told to read after its input has ended.
        if (!inputEnded && relay.mayRead(this)) {
            channel().config().setAutoRead(true);
        }
    }
}
