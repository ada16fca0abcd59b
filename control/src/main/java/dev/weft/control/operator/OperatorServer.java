package dev.weft.control.operator;

import static java.util.Objects.requireNonNull;

import dev.weft.control.lead.Leadership;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.daemon.listen.SocketWatch;
import dev.weft.files.state.CheckedFiles;
import dev.weft.mesh.state.StateException;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves operators on a Unix socket of mode 0600, in a directory that only its owner may write to. A user who can open
 * the socket can also read the issuer's key beside it, so the file permissions are the whole authentication.
 */
public final class OperatorServer implements AutoCloseable {

    /** The socket's file name in the state directory. */
    public static final String SOCKET = "operator.sock";

    /** Largest message from an operator, in bytes. */
    public static final int MAX_MESSAGE = 1024 * 1024;

    /** Longest path of a Unix socket, unix(7). */
    private static final int MAX_PATH_BYTES = 107;

    private static final long GRACE_MILLIS = 500;

    private final Path socket;
    private final List<BindableService> services;
    private final LeaderOnly leader;
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("operator", true), EpollIoHandler.newFactory());
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    /** The last one listens; each former one lost its socket, and ends with the last of its calls. */
    private final List<Server> servers = new CopyOnWriteArrayList<>();

    private @Nullable SocketWatch watch;

    private OperatorServer(Path socket, List<BindableService> services, LeaderOnly leader) {
        this.socket = socket;
        this.services = List.copyOf(services);
        this.leader = leader;
    }

    /**
     * Listens on {@link #SOCKET} in the directory, and replaces a socket that a former process left.
     *
     * @throws IOException if the socket cannot be created
     * @throws StateException if others may write to the directory, or the path is too long for a socket
     */
    public static OperatorServer start(Path stateDirectory, List<BindableService> services) throws IOException {
        return start(stateDirectory, services, new LeaderOnly(Leadership.ALONE));
    }

    /**
     * Listens like {@link #start(Path, List)}, where several control planes share the state.
     *
     * @param leader decides which calls are answered here
     * @throws IOException if the socket cannot be created
     * @throws StateException if others may write to the directory, or the path is too long for a socket
     */
    public static OperatorServer start(Path stateDirectory, List<BindableService> services, LeaderOnly leader)
            throws IOException {
        CheckedFiles.checkDirectory(stateDirectory);
        Path socket = stateDirectory.toAbsolutePath().resolve(SOCKET);
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH_BYTES) {
            throw new StateException(socket + ": a path of " + length + " bytes (expected for a Unix socket: at most "
                    + MAX_PATH_BYTES + "); use a state directory with a shorter path");
        }
        Files.deleteIfExists(socket);
        OperatorServer operators = new OperatorServer(socket, services, leader);
        try {
            operators.listen();
            operators.watch = SocketWatch.start(socket, operators::listenAgain);
            return operators;
        } catch (IOException | RuntimeException e) {
            operators.close();
            throw e;
        }
    }

    private void listen() throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .executor(executor)
                .intercept(leader)
                // gRPC sets this option on every connection, but a Unix socket does not support it.
                .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                .maxInboundMessageSize(MAX_MESSAGE);
        services.forEach(builder::addService);
        Server server = builder.build();
        servers.add(server);
        server.start();
        try {
            Files.setPosixFilePermissions(socket, PrivateFiles.PRIVATE);
        } catch (IOException e) {
            server.shutdownNow(); // it deletes the socket, so that the watch tries again
            throw e;
        }
    }

    private void listenAgain() throws IOException {
        CheckedFiles.checkDirectory(requireNonNull(socket.getParent(), "state directory"));
        servers.removeIf(Server::isTerminated);
        servers.forEach(Server::shutdown);
        // A listener that closes deletes whatever is at its path, so it must have closed before.
        loops.submit(() -> {}).syncUninterruptibly();
        listen();
    }

    /** Returns the path of the socket. */
    public Path socket() {
        return socket;
    }

    /** Stops a server of operators; its calls have a short grace period. */
    public static void end(Server server) {
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for calls that still write: anything written after the event loops end would never be released. */
    private void endCalls() {
        executor.shutdownNow();
        try {
            executor.awaitTermination(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        servers.forEach(OperatorServer::end);
        endCalls();
        var _ = loops.shutdownGracefully(0, GRACE_MILLIS, TimeUnit.MILLISECONDS);
        try {
            Files.deleteIfExists(socket);
        } catch (IOException _) {
            // The next process replaces the socket.
        }
    }
}
