package dev.weft.bench.load;

import java.time.Duration;
import java.util.List;

/**
 * Sends a request on each open connection, and the next one after each answer, until the time is over. If the time is
 * zero, sends one request on each.
 */
final class SaturatingLoad extends Load {
    private final long endNanos;

    SaturatingLoad(LoadGenerator generator, Duration time, String path) {
        super(generator, path);
        endNanos = System.nanoTime() + time.toNanos();
    }

    @Override
    void begin() {
        List<HttpConnection> connections = generator.requireOpen();
        steps(connections.size());
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
}
