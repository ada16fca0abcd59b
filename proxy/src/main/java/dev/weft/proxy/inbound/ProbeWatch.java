package dev.weft.proxy.inbound;

import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.List;

/**
 * Watches plaintext that a permissive workload allows, without changing it. A connection that a strict workload would
 * let through as one of its own probes is recorded as a probe, so that it does not appear as a caller that needs a
 * sidecar first.
 */
final class ProbeWatch extends ChannelInboundHandlerAdapter {

    private final Session session;
    private final ProbeHead head;
    private boolean probe;
    private boolean complete;
    private String before = "";

    /**
     * @param session the session, which has been decided
     * @param probes exempt probes of the session's port
     */
    ProbeWatch(Session session, List<InboundConfig.Probe> probes) {
        this.session = session;
        this.head = new ProbeHead(probes);
        this.probe = probes.stream().anyMatch(exempt -> exempt.path().isEmpty());
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
        ProbeHead.Verdict verdict =
                complete ? new ProbeHead.Verdict.NoProbe("more than one request") : head.add(data.duplicate());
        if (complete) {
            session.decided(before, session.policy());
        }
        complete = verdict instanceof ProbeHead.Verdict.Probe;
        probe = complete;
        if (complete) {
            // Recorded now, too: the application may end the connection first.
            before = session.decision();
            settle();
        }
        if (verdict instanceof ProbeHead.Verdict.NoProbe) {
            ctx.pipeline().remove(this);
        }
    }
}
