package dev.weft.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Opens a connection for each request, with a fixed number at the same time. The client closes each connection after
 * the answer.
 */
final class ConnectingLoad extends Load {
    private final InetSocketAddress address;
    private final int parallel;
    private final long endNanos;
    /** Start time of each connection, from which its latency counts. */
    private final Map<HttpConnection, Long> started = new HashMap<>();

    ConnectingLoad(LoadGenerator generator, InetSocketAddress address, int parallel, String path, Duration time) {
        super(generator, path);
        this.address = address;
        this.parallel = parallel;
        endNanos = System.nanoTime() + time.toNanos();
    }

    @Override
    void begin() {
        steps(parallel);
        for (int i = 0; i < parallel; i++) {
            startOne();
        }
    }

    private void startOne() {
        long now = System.nanoTime();
        started.put(generator.connect(address), now);
    }

    @Override
    void onOpen(HttpConnection connection) {
        send(connection, started.getOrDefault(connection, System.nanoTime()));
    }

    @Override
    void onAnswer(HttpConnection connection) {
        connection.close();
    }

    @Override
    void onGone(HttpConnection connection, boolean broken) {
        started.remove(connection);
        // Retrying on a broken path would run as fast as the machine can, so an error ends one of the parallel series.
        if (!broken && System.nanoTime() - endNanos < 0) {
            startOne();
        } else {
            settle();
        }
    }
}
