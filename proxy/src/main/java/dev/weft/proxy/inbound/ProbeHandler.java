package dev.weft.proxy.inbound;

import dev.weft.daemon.http.RequestHead;
import dev.weft.proxy.loop.LoopTimer;
import dev.weft.proxy.mesh.ExemptProbe;
import dev.weft.proxy.session.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Lets only an exact probe through: one GET or HEAD of an exempt path, as the connection's only request; where a gRPC
 * probe is exempt, a connection of HTTP/2, whose requests are judged; or, where opening the connection is itself the
 * probe, a connection on which the peer sends nothing.
 */
final class ProbeHandler extends ChannelInboundHandlerAdapter {
    /** How long a probe may take to send its request. */
    static final Duration MAX_HEAD_WAIT = Duration.ofSeconds(3);
    /** How long a silent connection may stay open, where opening it is itself the probe. */
    static final Duration MAX_SILENCE = Duration.ofSeconds(10);

    private final PlaintextConnection connection;
    private final ProbeHead head;
    private final boolean openingExempt;
    private boolean done;
    private final LoopTimer deadline = new LoopTimer();

    ProbeHandler(PlaintextConnection connection, List<ExemptProbe> probes) {
        this.connection = connection;
        this.head = new ProbeHead(probes);
        this.openingExempt = probes.stream().anyMatch(ExemptProbe.Opening.class::isInstance);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(true);
        Duration wait = openingExempt ? MAX_SILENCE : MAX_HEAD_WAIT;
        deadline.start(ctx.executor(), wait, this::timeUp);
        if (openingExempt) {
            connection.tryApplication();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.cancel();
        head.forget();
    }

    /** Ends a silent connection that was itself the probe; refuses a connection whose request did not come in time. */
    private void timeUp() {
        if (openingExempt && head.isEmpty()) {
            gone();
        } else {
            refuse("no complete request in time");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        try {
            if (done) {
                return;
            }
            switch (head.add(data)) {
                case ProbeHead.Verdict.Incomplete() -> {}
                case ProbeHead.Verdict.NoProbe(String why) -> refuse(why);
                case ProbeHead.Verdict.Probe(RequestHead request) -> forward(ctx, request);
                case ProbeHead.Verdict.Http2(ByteBuf begun) -> carry(ctx, begun);
            }
        } finally {
            data.release();
        }
    }

    private void forward(ChannelHandlerContext ctx, RequestHead request) {
        done = true;
        ctx.channel().config().setAutoRead(false);
        ctx.pipeline().replace(this, null, new ProbePeer(connection, 0));
        ctx.pipeline().addLast(connection.relay().farTcp());
        connection.connect(Unpooled.copiedBuffer(request.asProbe(), StandardCharsets.ISO_8859_1));
    }

    /** The application must be connected before there is a request: a client waits for its SETTINGS. */
    private void carry(ChannelHandlerContext ctx, ByteBuf begun) {
        done = true;
        ctx.channel().config().setAutoRead(false);
        connection.judgeCall();
        ctx.pipeline().addLast(new ProbePeer(connection, ExemptProbe.Grpc.MOST_OCTETS));
        ctx.pipeline().addLast(connection.relay().farTcp());
        ctx.fireChannelRead(begun);
        ctx.pipeline().remove(this);
        if (!connection.relay().over()) {
            connection.connect(null);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            gone();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        gone();
    }

    private void gone() {
        if (!done) {
            done = true;
            if (openingExempt && head.isEmpty()) {
                connection.opened();
            } else {
                connection.gone();
            }
        }
    }

    private void refuse(String what) {
        if (!done) {
            done = true;
            connection.refuse(refusal(what));
        }
    }

    /** Returns the refusal of a connection that is not a probe. */
    static Refusal refusal(String why) {
        return Refusal.of(Refusal.Code.PLAINTEXT, "plaintext that is not exactly an exempt probe: " + why);
    }

    /**
     * Limits a probe that goes on to the application: the response must pass in time, and more octets of the peer than
     * allowed end the connection.
     */
    private static final class ProbePeer extends ChannelInboundHandlerAdapter {
        /** How long the whole response may take. */
        static final Duration MAX_RESPONSE = Duration.ofSeconds(60);

        private final PlaintextConnection connection;
        private int left;
        private final LoopTimer deadline = new LoopTimer();

        /** @param most most octets of the peer from now on */
        ProbePeer(PlaintextConnection connection, int most) {
            this.connection = connection;
            this.left = most;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            deadline.start(
                    ctx.executor(),
                    MAX_RESPONSE,
                    () -> connection.refuse(Refusal.of(
                            Refusal.Code.NOT_THE_PROBE,
                            "the response to the probe was not through in " + MAX_RESPONSE.toSeconds() + " s")));
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            deadline.cancel();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            if (data.readableBytes() > left) {
                left = 0;
                data.release();
                connection.refuse(Refusal.of(Refusal.Code.NOT_THE_PROBE, "more than a probe's one request"));
            } else {
                left -= data.readableBytes();
                ctx.fireChannelRead(data);
            }
        }
    }
}
