package dev.weft.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
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
        if (outputEnded && !aborted) {
            if (!inputEnded) {
                inputEnded = true; // Netty has closed the channel at the end of its input
                relay.inputEnded(this);
            }
            relay.closedCleanly(this);
        } else if (!aborted) {
            aborted = true;
            relay.broken(this, Refusal.of(Refusal.Code.BROKEN, "the connection was reset"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broke("the connection broke: " + cause);
    }

    private void broke(String reason) {
        if (!aborted) {
            aborted = true;
            relay.broken(this, Refusal.of(Refusal.Code.BROKEN, reason));
        }
        Relay.reset(channel());
    }

    private void endInput() {
        if (!inputEnded && !aborted) {
            inputEnded = true;
            channel().config().setAutoRead(false); // otherwise the end stays readable, and is read again and again
            relay.inputEnded(this);
            closeWhenDone();
            if (channel() instanceof EpollSocketChannel socket && socket.isOpen()) {
                ResetWatch.start(socket, () -> broke("the connection was reset"));
            }
        }
    }

    private Channel channel() {
        return Objects.requireNonNull(context, "context").channel();
    }

    @Override
    public void write(ByteBuf data) {
        TcpQueue.write(channel(), data);
    }

    @Override
    public void discard() {
        // Data that arrives is passed on at once.
    }

    @Override
    public long held() {
        ChannelHandlerContext ctx = context;
        return ctx == null ? 0 : TcpQueue.held(ctx.channel());
    }

    @Override
    public void flush() {
        channel().flush();
        relay.noteHeld();
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
                return; // the channel is closing, which is handled elsewhere
            }
            outputEnded = true;
            if (inputEnded) {
                closeWhenDone();
            } else {
                // Only the input's end is left, at which Netty may close at once: the kernel refuses to shut the input
                // of a connection that has ended on both sides, which costs an exception for each session.
                written.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
                var _ = ((DuplexChannel) written.channel()).shutdownOutput();
            }
            relay.finished(this);
        });
    }

    @Override
    public boolean finishing() {
        return finishing && !outputEnded && !aborted;
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
            ChannelHandlerContext ctx = context;
            if (ctx != null) { // otherwise there is no connection, or the code that makes it resets it
                Relay.reset(ctx.channel());
            }
        }
    }

    @Override
    public void resume() {
        // Netty closes a channel if reading is turned on after its input has ended.
        if (!inputEnded && relay.mayRead(this)) {
            channel().config().setAutoRead(true);
        }
    }
}
