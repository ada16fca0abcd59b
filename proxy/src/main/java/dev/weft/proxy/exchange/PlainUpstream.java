package dev.weft.proxy.exchange;

import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.carry.RouteRefusals;
import dev.weft.proxy.egress.OutsideCall;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.TcpQueue;
import dev.weft.proxy.sidecar.Dialer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import org.jspecify.annotations.Nullable;

/**
 * A plain connection to an endpoint outside of the mesh. It is broken off when the endpoint becomes part of the mesh.
 */
final class PlainUpstream extends Upstream implements Directory.Watcher {
    private final LoopContext lane;
    private final EventLoop loop;
    private final RouteRefusals refusals;
    private final OutsideCall call;
    private @Nullable Channel channel;
    private boolean watching;
    private boolean inputEnded;
    private boolean outputEnded;
    /** Whether all written data has been sent, and the end of the direction with it. */
    private boolean sent;

    PlainUpstream(Route.Endpoint endpoint, LoopContext lane, EventLoop loop) {
        super(endpoint);
        this.lane = lane;
        this.loop = loop;
        this.refusals = new RouteRefusals(lane.directory());
        this.call = new OutsideCall(lane.sidecar().mesh(), lane.sidecar().heads());
    }

    /**
     * Starts to connect. The directory watches the address before it is checked, so that no change is missed in
     * between.
     */
    @Override
    void start() {
        watching = lane.directory().watch(endpoint.address(), this);
        Refusal refusal = watching ? outside() : RouteRefusals.tooManyWatched();
        if (refusal != null) {
            unwatch();
            wasBroken(refusal, true);
            return;
        }
        lane.sidecar().dialer().network(loop, endpoint.address(), new Handler(), new Dialer.Caller() {
            @Override
            public boolean over() {
                return isOver();
            }

            @Override
            public void connected(Channel made) {
                channel = made;
                made.config().setAutoRead(true);
                becameReady(); // first: while the request is written, the session may break and the request move on
                wasOpened();
            }

            @Override
            public void failed(Refusal why) {
                unwatch();
                wasBroken(why, true);
            }
        });
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            if (isOver()) {
                data.release();
                return;
            }
            wasReceived(data);
            if (!takes()) {
                ctx.channel().config().setAutoRead(false);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                inputEnded = true;
                ctx.channel().config().setAutoRead(false);
                if (isOver()) {
                    closeIfSent();
                } else {
                    PlainUpstream.this.inputEnded();
                }
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable()) {
                writableAgain();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            unwatch();
            wasBroken(Refusal.of(Refusal.Code.BROKEN, "the connection was reset"), false);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            Relay.reset(ctx.channel());
        }
    }

    /** Returns why plaintext to the endpoint is not allowed now, with the host of the last request; null if it is. */
    private @Nullable Refusal outside() {
        Refusal refusal = refusals.plaintext(endpoint.address());
        return refusal == null ? egress() : refusal;
    }

    @Override
    @Nullable
    Refusal egress() {
        return call.check(endpoint.address());
    }

    @Override
    void names(String host) {
        call.named(host);
    }

    private void unwatch() {
        if (watching) {
            watching = false;
            lane.directory().unwatch(endpoint.address(), this);
        }
    }

    @Override
    public void changed() {
        loop.execute(() -> {
            Refusal refusal = watching ? outside() : null;
            if (refusal != null) {
                wasBroken(refusal, false);
                reset();
            }
        });
    }

    @Override
    boolean lasts() {
        return channel != null && channel.isActive() && !inputEnded && !outputEnded && !isOver() && outside() == null;
    }

    @Override
    void write(ByteBuf data) {
        if (channel == null || outputEnded) {
            data.release();
        } else {
            TcpQueue.write(channel, data);
        }
    }

    @Override
    void flush() {
        if (channel != null) {
            channel.flush();
        }
    }

    @Override
    boolean writable() {
        return channel != null && channel.isWritable();
    }

    @Override
    long queued() {
        return TcpQueue.held(channel);
    }

    @Override
    boolean isClosed() {
        return channel == null || !channel.isOpen();
    }

    @Override
    void finish() {
        if (channel != null && !outputEnded) {
            outputEnded = true;
            // shutdownOutput drops what is still queued, so it waits for a last, empty write.
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
                if (!written.isSuccess()) {
                    return; // the channel is closing, which is handled elsewhere
                }
                sent = true;
                if (isOver()) {
                    closeIfSent();
                } else {
                    var _ = ((DuplexChannel) written.channel()).shutdownOutput();
                }
            });
        }
    }

    private void closeIfSent() {
        if (sent && channel != null) {
            unwatch();
            var _ = channel.close();
        }
    }

    @Override
    void resume() {
        if (channel != null && !inputEnded && takes()) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    void reset() {
        unwatch();
        if (channel != null) {
            Relay.reset(channel);
        }
    }

    @Override
    void end() {
        if (channel == null) {
            unwatch();
            return;
        }
        finish();
        closeIfSent();
        if (!isClosed()) {
            linger(loop);
        }
    }
}
