package dev.weft.proxy.inbound;

import dev.weft.daemon.http.RequestHead;
import dev.weft.proxy.http.DroppedOutput;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.HttpGate;
import dev.weft.proxy.http.Protocol;
import dev.weft.proxy.mesh.ExemptProbe;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches plaintext that a permissive workload allows, without changing it. A connection that a strict workload would
 * let through as one of its own probes is recorded as a probe, so that it does not appear as a caller that needs a
 * sidecar first.
 */
final class ProbeWatch extends ChannelInboundHandlerAdapter {

    private final Session session;
    private final ProbeHead head;
    /** Reads along since the connection began as HTTP/2; null otherwise. */
    private @Nullable GrpcWatch grpc;

    private boolean probe;
    private boolean complete;
    private String before = "";

    /** What the data of a connection is so far. */
    enum Seen {
        /** A part of a probe's request, or nothing yet. */
        PART,
        /** A probe, and nothing else. */
        PROBE,
        /** No probe, whatever follows. */
        OTHER
    }

    /**
     * @param session the session, which has been decided
     * @param probes exempt probes of the session's port
     */
    ProbeWatch(Session session, List<ExemptProbe> probes) {
        this.session = session;
        this.head = new ProbeHead(probes);
        this.probe = probes.stream().anyMatch(ExemptProbe.Opening.class::isInstance);
    }

    /** Records a probe at the end of the connection, because policy may have decided again meanwhile. */
    private void settle() {
        if (probe) {
            session.decided("probe", session.policy());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            settle();
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        settle();
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        settle();
        super.exceptionCaught(ctx, cause);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        head.forget();
        if (grpc != null) {
            grpc.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        watch(ctx, (ByteBuf) message);
        super.channelRead(ctx, message);
    }

    private void watch(ChannelHandlerContext ctx, ByteBuf data) {
        if (!data.isReadable()) {
            return;
        }
        Seen seen = look(data.duplicate());
        boolean was = complete;
        complete = seen == Seen.PROBE;
        probe = complete;
        if (complete && !was) {
            // Recorded now, too: the application may end the connection first.
            before = session.decision();
            settle();
        } else if (was && !complete) {
            session.decided(before, session.policy());
        }
        if (seen == Seen.OTHER) {
            ctx.pipeline().remove(this);
        }
    }

    private Seen look(ByteBuf data) {
        if (grpc != null) {
            return grpc.add(data.retain());
        }
        if (complete) {
            return Seen.OTHER; // more than one request
        }
        return switch (head.add(data)) {
            case ProbeHead.Verdict.Incomplete() -> Seen.PART;
            case ProbeHead.Verdict.NoProbe(String _) -> Seen.OTHER;
            case ProbeHead.Verdict.Probe(RequestHead _) -> Seen.PROBE;
            case ProbeHead.Verdict.Http2(ByteBuf begun) -> {
                grpc = new GrpcWatch();
                yield grpc.add(begun);
            }
        };
    }

    /** Reads along on a connection of HTTP/2 that is carried as it is, to see whether it is a gRPC probe. */
    private static final class GrpcWatch implements DroppedOutput {
        private static final Logger LOG = LoggerFactory.getLogger(GrpcWatch.class);

        private final GrpcProbe judge = new GrpcProbe(_ -> other());
        private final HttpGate gate = Protocol.HTTP2.gate(judge, this);
        private int left = ExemptProbe.Grpc.MOST_OCTETS;
        private boolean other;

        /** Adds data of the peer; takes ownership. */
        Seen add(ByteBuf data) {
            left -= data.readableBytes();
            if (left < 0) {
                data.release();
                return Seen.OTHER;
            }
            try {
                gate.request(data);
            } catch (RuntimeException e) {
                LOG.warn("A connection is not recorded as a probe, because the observer failed", e);
                other = true;
            }
            if (other) {
                return Seen.OTHER;
            }
            return judge.asked() ? Seen.PROBE : Seen.PART;
        }

        private void other() {
            other = true;
        }

        @Override
        public void refuse(GateRefusal why) {
            other = true;
        }

        /** Releases what is kept. */
        void close() {
            gate.close();
        }
    }
}
