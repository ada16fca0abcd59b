package dev.weft.bench.load;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Closes all open connections. */
final class ClosingLoad extends Load {
    private int left;

    ClosingLoad(LoadGenerator generator, CompletableFuture<LoadResult> result) {
        super(generator, result, "/");
    }

    @Override
    void begin() {
        List<HttpConnection> connections = List.copyOf(generator.openConnections());
        left = connections.size();
        if (left == 0) {
            done();
        }
        connections.forEach(HttpConnection::close);
    }

    @Override
    void onAnswer(HttpConnection connection) {}

    @Override
    void onGone(HttpConnection connection, boolean broken) {
        left--;
        if (left == 0) {
            done();
        }
    }
}
