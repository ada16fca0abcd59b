package dev.weft.control.operator;

import io.grpc.BindableService;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** An operator's service behind its socket, and a channel to it. */
public final class OperatorSocket implements AutoCloseable {

    private final OperatorServer server;
    private final OperatorChannel channel;

    /** Serves in a directory that exists. */
    public OperatorSocket(Path directory, BindableService service) throws IOException {
        this.server = OperatorServer.start(directory, List.of(service));
        this.channel = OperatorChannel.open(directory);
    }

    public Channel channel() {
        return channel.channel();
    }

    @Override
    public void close() {
        channel.close();
        server.close();
    }
}
