package dev.weft.proxy.session;

import dev.weft.proxy.pieces.PieceQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/** The data that waits in Netty's queue until a TCP connection takes it. */
public final class TcpQueue {
    /**
     * When so many bytes wait already, small pieces are copied: each keeps alive all the memory that it arrived in.
     */
    private static final int BACKLOG = 8192;

    private TcpQueue() {}

    /** Writes data, without a flush; takes ownership. */
    public static void write(Channel channel, ByteBuf data) {
        ByteBuf out = data;
        if (data.readableBytes() < PieceQueue.SMALL && pending(channel) > BACKLOG) {
            try {
                out = channel.alloc().ioBuffer(data.readableBytes()).writeBytes(data);
            } finally {
                data.release(); // also where there is no memory for the copy
            }
        }
        var _ = channel.write(out, channel.voidPromise());
    }

    private static long pending(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Returns about how much memory the waiting data takes, in bytes. */
    public static long held(@Nullable Channel channel) {
        ChannelOutboundBuffer buffer = channel == null ? null : channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() + (long) PieceQueue.PIECE * buffer.size();
    }
}
