package dev.weft.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A client and a server whose bytes go to each other, in whole or in pieces of random length. */
final class Pair implements AutoCloseable {
    final RecordingConnection clientEvents = new RecordingConnection();
    final RecordingConnection serverEvents = new RecordingConnection();
    final Http2Connection client;
    final Http2Connection server;
    final EmbeddedChannel clientChannel;
    final EmbeddedChannel serverChannel;

    Pair() {
        this(Http2Settings.DEFAULTS, Http2Settings.DEFAULTS);
    }

    Pair(Http2Settings clientSettings, Http2Settings serverSettings) {
        client = Http2Connection.client(clientSettings, clientEvents);
        server = Http2Connection.server(serverSettings, serverEvents);
        clientChannel = new EmbeddedChannel(client);
        serverChannel = new EmbeddedChannel(server);
        clientChannel.freezeTime();
        serverChannel.freezeTime();
    }

    /** Lets time pass for the client alone. */
    void passAtClient(Duration time) {
        clientChannel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        clientChannel.runScheduledPendingTasks();
    }

    /** Lets so much time pass for both that nothing is held back any longer. */
    void passMoment() {
        clientChannel.advanceTimeBy(Flushes.MOMENT_MICROS, TimeUnit.MICROSECONDS);
        serverChannel.advanceTimeBy(Flushes.MOMENT_MICROS, TimeUnit.MICROSECONDS);
        clientChannel.runScheduledPendingTasks();
        serverChannel.runScheduledPendingTasks();
        pump();
    }

    /** Carries bytes until there are none. */
    void pump() {
        boolean moved;
        do {
            moved = move(clientChannel, serverChannel, null);
            moved |= move(serverChannel, clientChannel, null);
        } while (moved);
    }

    /** Carries bytes until there are none, cut at random. */
    void pump(Random random) {
        boolean moved;
        do {
            moved = move(clientChannel, serverChannel, random);
            moved |= move(serverChannel, clientChannel, random);
        } while (moved);
    }

    static boolean move(EmbeddedChannel from, EmbeddedChannel to, @org.jspecify.annotations.Nullable Random random) {
        from.runPendingTasks();
        boolean moved = false;
        for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
            if (!to.isOpen()) {
                out.release();
                continue;
            }
            moved = true;
            while (random != null && out.readableBytes() > 1) {
                int n = 1 + random.nextInt(Math.min(out.readableBytes() - 1, 1 + random.nextInt(20_000)));
                to.writeInbound(out.readRetainedSlice(n));
            }
            to.writeInbound(out);
        }
        to.runPendingTasks();
        return moved;
    }

    @Override
    public void close() {
        clientChannel.finishAndReleaseAll();
        serverChannel.finishAndReleaseAll();
    }
}
