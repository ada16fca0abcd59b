package dev.weft.proxy.outbound;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;

/** Looks into the balancers. */
public final class Outstanding {
    private Outstanding() {}

    /** Sessions counted as being at an endpoint, on the group's only loop. */
    public static int of(OutboundServer server, EventLoopGroup loops) {
        EventLoop loop = loops.next();
        return loop.submit(() -> server.lane(loop).balancer().outstanding())
                .syncUninterruptibly()
                .getNow();
    }
}
