package dev.weft.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Sends a request on each open connection, and the next one after each answer, until the time is over. If the time is
 * zero, sends one request on each.
 */
final class SaturatingLoad extends Load {
    private final long endNanos;
    private int busy;

    SaturatingLoad(LoadGenerator generator, CompletableFuture<LoadResult> result, Duration time, String path) {
        super(generator, result, path);
        endNanos = System.nanoTime() + time.toNanos();
    }

    @Override
    void begin() {
        List<HttpConnection> connections = List.copyOf(generator.openConnections());
        busy = connections.size();
        if (busy == 0) {
            throw new IllegalStateException("no connection is open (expected: open before)");
        }
        for (HttpConnection connection : connections) {
            send(connection, System.nanoTime());
        }
    }

    @Override
    void onAnswer(HttpConnection connection) {
        long now = System.nanoTime();
        if (now - endNanos < 0) {
            send(connection, now);
        } else {
            settle();
        }
    }

    @Override
    void onGone(HttpConnection connection, boolean broken) {
        settle();
    }

    private void settle() {
        busy--;
        if (busy == 0) {
            done();
        }
    }
}
