package dev.weft.proxy.inbound;

import dev.weft.proxy.session.Refusal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/** After a probe's one request nothing more may come: the response passes, further bytes end the connection. */
final class SilentPeer extends ChannelInboundHandlerAdapter {
    private final PlaintextConnection connection;

    SilentPeer(PlaintextConnection connection) {
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
        connection.refuse(Refusal.of(Refusal.Code.NOT_THE_PROBE, "more than a probe's one request"));
    }
}
