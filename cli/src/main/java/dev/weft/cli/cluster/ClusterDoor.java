package dev.weft.cli.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A Unix socket of this process behind which is the operator's socket of a control plane in a cluster. A kubectl of its own
 * carries each connection, so whoever may {@code exec} into the control plane's pod is its operator, as whoever may open the
 * socket on one machine.
 */
final class ClusterDoor implements AutoCloseable {

    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int MAX_COMPLAINT = 2_000;
    private static final Duration HEAR = Duration.ofSeconds(1);

    private final ServerSocketChannel server;
    private final Supplier<List<String>> command;
    private final StringBuilder complaint = new StringBuilder(); // guarded by itself

    private ClusterDoor(ServerSocketChannel server, Supplier<List<String>> command) {
        this.server = server;
        this.command = command;
    }

    /**
     * Listens until it is closed.
     *
     * @param socket not there yet, in a directory that only this user can enter
     * @param command asked at each connection: carries it on its standard input and output
     */
    static ClusterDoor open(Path socket, Supplier<List<String>> command) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        ClusterDoor door = new ClusterDoor(server, command);
        Thread.ofVirtual().name("cluster-door").start(door::accept);
        return door;
    }

    /** What kubectl has complained of last; empty if of nothing. */
    String complaint() {
        synchronized (complaint) {
            return complaint.toString().strip();
        }
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
            Process kubectl = new ProcessBuilder(command.get()).start();
            try {
                InputStream from = Channels.newInputStream(caller);
                OutputStream to = Channels.newOutputStream(caller);
                Thread.ofVirtual().start(() -> copy(from, kubectl.getOutputStream(), () -> {}));
                Thread hearing = Thread.ofVirtual().start(() -> hear(kubectl.getErrorStream()));
                copy(kubectl.getInputStream(), to, () -> await(hearing));
            } finally {
                kubectl.destroy();
            }
        } catch (IOException e) {
            say(String.valueOf(e.getMessage()));
        }
    }

    private void hear(InputStream errors) {
        try (errors) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int length;
            while ((length = errors.read(buffer)) >= 0) {
                say(new String(buffer, 0, length, StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
            // kubectl has ended.
        }
    }

    private void say(String words) {
        synchronized (complaint) {
            complaint.append(words);
            complaint.delete(0, Math.max(0, complaint.length() - MAX_COMPLAINT));
        }
    }

    /** Whoever finds the connection ended asks what kubectl complained of: that is heard before. */
    private static void await(Thread hearing) {
        try {
            hearing.join(HEAR);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends with either side, and ends the one that is written to, after the last thing that is to be done. */
    private static void copy(InputStream from, OutputStream to, Runnable last) {
        try (to) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int length;
            while ((length = from.read(buffer)) >= 0) {
                to.write(buffer, 0, length);
                to.flush();
            }
            last.run();
        } catch (IOException _) {
            // Whoever waits for an answer is told by the end of the connection.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
