package dev.weft.bench.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;

/**
 * A client and a server without a socket between them. What one writes in a turn reaches the other in pieces, as from
 * reads of a socket.
 */
final class Wire implements AutoCloseable {
    /** Most octets that one read of a socket returns. */
    private static final int MAX_PIECE = 64 * 1024;

    final EmbeddedChannel client;
    private final EmbeddedChannel server;

    /** Connects two pipelines, and carries what they send at once. */
    Wire(ChannelHandler[] client, ChannelHandler[] server) {
        this.client = new EmbeddedChannel(client);
        this.server = new EmbeddedChannel(server);
        boolean _ = carry();
    }

    /**
     * Carries bytes until there are none.
     *
     * @return whether there were any
     */
    boolean carry() {
        boolean any = false;
        boolean moved;
        do {
            moved = move(client, server);
            moved |= move(server, client);
            any |= moved;
        } while (moved);
        return any;
    }

    private static boolean move(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        ByteBuf piece = from.alloc().directBuffer(MAX_PIECE);
        for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
            piece.writeBytes(out);
            out.release();
        }
        if (!piece.isReadable()) {
            piece.release();
            return false;
        }
        while (piece.readableBytes() > MAX_PIECE) {
            to.writeInbound(piece.readRetainedSlice(MAX_PIECE));
        }
        to.writeInbound(piece);
        to.runPendingTasks();
        return true;
    }

    @Override
    public void close() {
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }
}
