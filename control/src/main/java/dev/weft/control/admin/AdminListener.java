package dev.weft.control.admin;

import dev.weft.daemon.admin.AdminPages;
import dev.weft.daemon.admin.AdminServer;
import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Serves the admin pages on an event loop of its own. Anyone who reaches the TCP address gets health and metrics; the
 * operator gets all pages on a Unix socket. In a cluster every pod reaches the TCP address.
 */
public final class AdminListener implements AutoCloseable {

    /** The socket's file name in the state directory. */
    public static final String SOCKET = "admin.sock";

    private static final long GRACE_MILLIS = 500;

    private final EventLoopGroup loops;
    private final AdminServer server;

    private AdminListener(EventLoopGroup loops, AdminServer server) {
        this.loops = loops;
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @param stateDirectory directory of the socket, which only the operator can read
     * @param metrics count the connections that are closed for a limit
     * @throws IOException if the address cannot be listened on
     */
    public static AdminListener start(InetSocketAddress listen, Path stateDirectory, AdminPages pages, Metrics metrics)
            throws IOException {
        Counter refused = metrics.counter(
                "weft_control_admin_refused_total",
                "Connections to the admin port that were closed because of a limit.",
                "limit");
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("admin", true), EpollIoHandler.newFactory());
        try {
            Path socket = stateDirectory.toAbsolutePath().resolve(SOCKET);
            AdminServer.ConnectionRules rules = AdminServer.ConnectionRules.open(refused::increment);
            return new AdminListener(loops, new AdminServer(loops, rules, listen, Optional.of(socket), pages));
        } catch (Exception e) {
            var _ = loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            throw new IOException("admin-address: cannot listen on " + listen + ": " + e.getMessage(), e);
        }
    }

    /** Returns the port of the TCP address. */
    public int port() {
        return server.address().getPort();
    }

    @Override
    public void close() {
        server.close();
        var _ = loops.shutdownGracefully(0, GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
