package dev.weft.proxy.session;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the connections that a burst of reads from a tunnel wrote to, and flushes them once at the burst's end. It
 * sits before the HTTP/2 connection in the tunnel's pipeline.
 */
@SuppressWarnings("ReferenceEquality") // ends are compared as objects
public final class FlushBatch extends ChannelInboundHandlerAdapter {
    private List<End> written = new ArrayList<>();
    private List<End> spare = new ArrayList<>();

    void add(End end) {
        // The same session usually writes several times in a row; a repeated flush of an empty queue costs little.
        if (written.isEmpty() || written.getLast() != end) {
            written.add(end);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        List<End> batch = written;
        written = spare;
        for (End end : batch) {
            end.flush();
        }
        batch.clear();
        spare = batch;
    }
}
