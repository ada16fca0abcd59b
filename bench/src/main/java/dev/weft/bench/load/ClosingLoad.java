package dev.weft.bench.load;

import java.util.List;

/** Closes all open connections. */
final class ClosingLoad extends Load {
    ClosingLoad(LoadGenerator generator) {
        super(generator, "/");
    }

    @Override
    void begin() {
        List<HttpConnection> connections = List.copyOf(generator.openConnections());
        steps(connections.size());
        if (connections.isEmpty()) {
            done();
        }
        connections.forEach(HttpConnection::close);
    }

    @Override
    void onAnswer(HttpConnection connection) {}
}
