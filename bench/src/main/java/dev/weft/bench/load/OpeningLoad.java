package dev.weft.bench.load;

import java.net.InetSocketAddress;

/** Opens connections, and sends one request on each. */
final class OpeningLoad extends Load {
    private final InetSocketAddress address;
    private final int connections;

    OpeningLoad(LoadGenerator generator, InetSocketAddress address, int connections, String path) {
        super(generator, path);
        this.address = address;
        this.connections = connections;
    }

    @Override
    void begin() {
        steps(connections);
        for (int i = 0; i < connections; i++) {
            generator.connect(address);
        }
    }

    @Override
    void onOpen(HttpConnection connection) {
        generator.openConnections().add(connection);
        send(connection, System.nanoTime());
    }
}
