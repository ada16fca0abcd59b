package dev.weft.cli.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A Unix socket of this process that leads to the operator's socket of a control plane in a cluster. Each connection is
 * carried by a kubectl process of its own. So a user who may {@code exec} into the control plane's pod is its operator,
 * just as a user who may open the socket on the control plane's machine.
 */
final class OperatorTunnel implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 * 1024;
    /** How long the rest of kubectl's error output is waited for after it has ended. */
    private static final Duration LAST_ERRORS = Duration.ofSeconds(2);

    private final ServerSocketChannel server;
    private final Supplier<List<String>> command;
    private final ErrorOutput errors = new ErrorOutput();

    private OperatorTunnel(ServerSocketChannel server, Supplier<List<String>> command) {
        this.server = server;
        this.command = command;
    }

    /**
     * Listens until closed.
     *
     * @param socket must not exist yet, in a directory that only this user can enter
     * @param command called for each connection: returns the command that carries it on its standard input and output
     */
    static OperatorTunnel open(Path socket, Supplier<List<String>> command) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        OperatorTunnel tunnel = new OperatorTunnel(server, command);
        Thread.ofVirtual().name("operator-tunnel").start(tunnel::accept);
        return tunnel;
    }

    /** Returns kubectl's last error output; empty if there was none. */
    String complaint() {
        return errors.text();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel caller = server.accept();
                Thread.ofVirtual().name("cluster-connection").start(() -> carry(caller));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void carry(SocketChannel caller) {
        try (caller) {
            converse(caller);
        } catch (IOException _) {
            // The caller has closed the connection.
        }
    }

    /**
     * Carries one connection. kubectl's error output is read before the caller's connection ends, because the caller
     * then asks for it.
     */
    private void converse(SocketChannel caller) {
        Process kubectl;
        try {
            kubectl = new ProcessBuilder(command.get()).start();
        } catch (IOException e) {
            errors.add(String.valueOf(e.getMessage()));
            return;
        }
        Thread errorReader = Thread.ofVirtual().start(() -> errors.readAll(kubectl.getErrorStream()));
        InputStream from = Channels.newInputStream(caller);
        Thread.ofVirtual().start(() -> {
            try (OutputStream to = kubectl.getOutputStream()) {
                copy(from, to);
            } catch (IOException _) {
                // kubectl has ended.
            }
        });
        copy(kubectl.getInputStream(), Channels.newOutputStream(caller));
        try {
            errorReader.join(LAST_ERRORS); // before the process is destroyed, which would discard its output
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        kubectl.destroy();
    }

    private static void copy(InputStream from, OutputStream to) {
        try {
            byte[] buffer = new byte[BUFFER_BYTES];
            int length;
            while ((length = from.read(buffer)) >= 0) {
                to.write(buffer, 0, length);
                to.flush();
            }
        } catch (IOException _) {
            // The end of the connection informs the side that waits for an answer.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
