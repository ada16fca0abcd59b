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
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The admin pages, with an event loop of their own. */
public final class AdminListener implements AutoCloseable {

    private static final long GRACE_MILLIS = 500;

    private final EventLoopGroup loops;
    private final AdminServer server;

    private AdminListener(EventLoopGroup loops, AdminServer server) {
        this.loops = loops;
        this.server = server;
    }

    /**
     * Listens.
     *
     * @param metrics count the connections that are closed for a limit
     * @throws IOException if the address cannot be listened on
     */
    public static AdminListener start(InetSocketAddress listen, AdminPages pages, Metrics metrics) throws IOException {
        Counter refused = metrics.counter(
                "weft_control_admin_refused_total", "Connections to the admin port closed for a limit.", "limit");
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("admin", true), EpollIoHandler.newFactory());
        try {
            return new AdminListener(
                    loops, new AdminServer(loops, AdminServer.Door.open(refused::increment), listen, Optional.empty(), pages));
        } catch (Exception e) {
            var _ = loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            throw new IOException("admin-address: cannot listen on " + listen + ": " + e.getMessage(), e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.address().getPort();
    }

    @Override
    public void close() {
        server.close();
        var _ = loops.shutdownGracefully(0, GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
