package dev.weft.proxy.session;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;

/**
 * Flushes, once for each burst of reads from a tunnel, the connections that the burst wrote to. Sits before the HTTP/2
 * connection in the tunnel's pipeline.
 */
@SuppressWarnings("ReferenceEquality") // an end is an object of its own
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
