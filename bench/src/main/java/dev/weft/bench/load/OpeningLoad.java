package dev.weft.bench.load;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** Opens connections, and sends one request on each. */
final class OpeningLoad extends Load {
    private final InetSocketAddress address;
    private int missing;

    OpeningLoad(
            LoadGenerator generator,
            CompletableFuture<LoadResult> result,
            InetSocketAddress address,
            int connections,
            String path) {
        super(generator, result, path);
        this.address = address;
        this.missing = connections;
    }

    @Override
    void begin() {
        for (int i = missing; i > 0; i--) {
            generator.connect(address);
        }
    }

    @Override
    void onOpen(HttpConnection connection) {
        generator.openConnections().add(connection);
        send(connection, System.nanoTime());
    }

    @Override
    void onAnswer(HttpConnection connection) {
        settle();
    }

    @Override
    void onGone(HttpConnection connection, boolean broken) {
        settle();
    }

    private void settle() {
        missing--;
        if (missing == 0) {
            done();
        }
    }
}
