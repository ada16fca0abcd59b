package dev.weft.bench.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;

/** A client and a server whose bytes go to each other as from a socket: in one piece for each turn of the loop. */
final class Wire implements AutoCloseable {
    /** What a read of a socket returns at most. */
    private static final int PIECE = 64 * 1024;

    final EmbeddedChannel client;
    final EmbeddedChannel server;

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
        ByteBuf piece = from.alloc().directBuffer(PIECE);
        for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
            piece.writeBytes(out);
            out.release();
        }
        if (!piece.isReadable()) {
            piece.release();
            return false;
        }
        while (piece.readableBytes() > PIECE) {
            to.writeInbound(piece.readRetainedSlice(PIECE));
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
