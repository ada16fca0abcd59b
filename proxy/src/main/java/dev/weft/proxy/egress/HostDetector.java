package dev.weft.proxy.egress;

import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http.DroppedOutput;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.HttpGate;
import dev.weft.proxy.http.Protocol;
import dev.weft.proxy.loop.LoopTimer;
import dev.weft.proxy.session.JoinedBytes;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Detects the host that the application names first, by the ClientHello of TLS or by the head of a first HTTP/1.1
 * request. Nothing is dialled until then, and a connection that names no host is refused. All bytes read are handed
 * over with the answer. The handler stands before the connection's other handlers, and removes itself with its answer.
 */
public final class HostDetector extends ChannelInboundHandlerAdapter {
    /** How long the application may take to name the host. */
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private final OutsideCall call;
    private final int port;
    private final Duration patience;
    private final Listener listener;
    private ByteBuf first = Unpooled.EMPTY_BUFFER;
    private @Nullable FirstRequest request;
    private final LoopTimer silence = new LoopTimer();
    private boolean inputEnded;
    private boolean done;

    /** Receives the answer once, by one of its methods, unless the connection ends before. */
    public interface Listener {
        /**
         * Called when the host is allowed. The detector has left the pipeline, and nothing more is read until reading
         * is turned on again.
         *
         * @param http whether it is HTTP, so that each request of the connection names a host
         * @param said all bytes that the application sent; ownership passes
         * @param inputEnded whether the application has ended its direction
         */
        void named(boolean http, ByteBuf said, boolean inputEnded);

        /** Called when the host is not allowed, or none was named. */
        void refused(Refusal why);

        /**
         * Called when an HTTP/1.1 request names a host that is not allowed, so that it can get an answer.
         *
         * @param toHead whether the request is a HEAD, whose answer has no body
         */
        default void refusedRequest(Refusal why, boolean toHead) {
            refused(why);
        }
    }

    /**
     * Creates a detector that has not read anything yet.
     *
     * @param port port that the application calls
     * @param patience how long the application may take, see {@link #PATIENCE}
     */
    public HostDetector(OutsideCall call, int port, Duration patience, Listener listener) {
        this.call = call;
        this.port = port;
        this.patience = patience;
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        silence.start(ctx.executor(), patience, () -> silent(ctx));
        ctx.channel().config().setAutoRead(true);
    }

    private void silent(ChannelHandlerContext ctx) {
        refuse(
                ctx,
                Refusal.of(
                        Refusal.Code.EGRESS_SILENT,
                        "the application named no host within " + patience.toMillis() + " ms, and policies allow port "
                                + port + " outside of the mesh by host alone: where the server speaks first, allow it"
                                + " by cidr"));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        if (done) {
            data.release();
            return;
        }
        ByteBuf same = data.retainedDuplicate();
        first = JoinedBytes.of(ctx.alloc(), first, data);
        if (ClientHello.mayBegin(first)) {
            same.release();
            hello(ctx);
            if (!done && first.readableBytes() >= ClientHello.MOST) {
                unreadable(ctx, "it named none within " + ClientHello.MOST + " octets");
            }
        } else {
            request(ctx, same);
        }
    }

    private void hello(ChannelHandlerContext ctx) {
        switch (ClientHello.read(first)) {
            case ClientHello.Read.Incomplete() -> {}
            case ClientHello.Read.Named(String host) -> judge(ctx, host, null);
            case ClientHello.Read.Refused(String why) -> unreadable(ctx, why);
        }
    }

    private void request(ChannelHandlerContext ctx, ByteBuf data) {
        FirstRequest reading = request;
        if (reading == null) {
            reading = new FirstRequest(call.heads());
            request = reading;
        }
        reading.gate.request(data);
        if (reading.refusal != null) {
            unreadable(ctx, "it speaks neither TLS nor HTTP/1.1 that can be read in one way: " + reading.refusal);
        } else if (reading.host != null) {
            judge(ctx, reading.host, reading);
        }
    }

    /** @param http the request that names the host; null if it is named in TLS */
    private void judge(ChannelHandlerContext ctx, String host, @Nullable FirstRequest http) {
        Refusal refusal = call.checkNamed(host, port);
        if (refusal != null && http != null) {
            leave(ctx);
            listener.refusedRequest(refusal, http.toHead);
            return;
        }
        if (refusal != null) {
            refuse(ctx, refusal);
            return;
        }
        ByteBuf said = first;
        first = Unpooled.EMPTY_BUFFER;
        leave(ctx);
        listener.named(http != null, said, inputEnded);
    }

    private void unreadable(ChannelHandlerContext ctx, String why) {
        refuse(
                ctx,
                Refusal.of(
                        Refusal.Code.EGRESS_UNREADABLE,
                        "policies allow port " + port + " outside of the mesh by host, and the application names none: "
                                + why));
    }

    private void refuse(ChannelHandlerContext ctx, Refusal why) {
        if (!done) {
            leave(ctx);
            listener.refused(why);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !done) {
            inputEnded = true;
            unreadable(ctx, "it ended before it named a host");
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

    private void leave(ChannelHandlerContext ctx) {
        close();
        ctx.channel().config().setAutoRead(false);
        var _ = ctx.pipeline().remove(this);
    }

    private void close() {
        done = true;
        silence.cancel();
        if (request != null) {
            request.gate.close();
            request = null;
        }
        first.release();
        first = Unpooled.EMPTY_BUFFER;
    }

    /** Reads the head of one request, and passes nothing on. */
    private static final class FirstRequest implements DroppedOutput {
        private final HttpGate gate;
        private @Nullable String host;
        private @Nullable String refusal;
        private boolean toHead;

        FirstRequest(HeadLimits heads) {
            HostJudge judge = new HostJudge(
                    named -> {
                        first(named);
                        return null;
                    },
                    heads,
                    _ -> {}); // it ends where the connection is carried
            gate = Protocol.HTTP1.gate(judge, this);
        }

        private void first(HttpRequest named) {
            if (host == null) {
                host = named.host();
                toHead = named.method().equals("HEAD");
            }
        }

        @Override
        public void refuse(GateRefusal why) {
            refusal = why.toString();
        }
    }
}
