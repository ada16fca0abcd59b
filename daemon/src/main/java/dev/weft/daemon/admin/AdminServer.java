package dev.weft.daemon.admin;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.daemon.listen.AcceptPause;
import dev.weft.daemon.listen.SocketWatch;
import dev.weft.daemon.listen.UnauthenticatedConnections;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for requests of admin pages on TCP and on a Unix socket. Any program on the loopback can reach the TCP
 * address, so only open pages are served there, within limits. Health probes use the same address, and must be answered
 * even while the port is flooded. The Unix socket serves all pages, but only to root and to the user of this process.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    /**
     * Most TCP connections at a time, in total and of one network. The oldest connection gives way at once, since a
     * probe is answered within one turn of the event loop. The kubelet shares its address with other processes of its
     * node, and must get in.
     */
    static final UnauthenticatedConnections.Limits CONNECTIONS =
            new UnauthenticatedConnections.Limits(256, 32, Duration.ZERO);

    private final Channel open;
    private final Optional<SocketListener> socket;

    /**
     * Checks for new connections.
     *
     * @param admits whether a new TCP connection is accepted; otherwise it is closed
     * @param acceptPause creates the accept handler of each listener
     * @param refused receives the limit that was hit, as a word for metrics, for each connection that is closed because
     *     of it
     */
    public record ConnectionRules(
            Predicate<UnixChannel> admits, Supplier<AcceptPause> acceptPause, Consumer<String> refused) {
        /** Returns rules that accept every caller, within the limits of every admin server. */
        public static ConnectionRules open(Consumer<String> refused) {
            return new ConnectionRules(_ -> true, AcceptPause::new, refused);
        }
    }

    /** Binds the listeners. Throws a BindException if an address is in use. */
    public AdminServer(
            EventLoopGroup loops,
            ConnectionRules rules,
            InetSocketAddress address,
            Optional<Path> socket,
            AdminPages pages) {
        LargePages large = new LargePages();
        this.open = listen(loops, rules, address, pages.forAnyone(), large);
        this.socket = socket.map(path -> new SocketListener(path, () -> listen(loops, rules, path, pages, large)));
    }

    /** The listener on the Unix socket; another one replaces it if the socket is deleted. */
    private static final class SocketListener implements AutoCloseable {
        private final Path path;
        private final Supplier<Channel> listening;
        private final SocketWatch watch;
        private volatile Channel channel;

        SocketListener(Path path, Supplier<Channel> listening) {
            this.path = path;
            this.listening = listening;
            this.channel = listening.get();
            this.watch = SocketWatch.start(path, this::listenAgain);
        }

        private void listenAgain() {
            channel.close().syncUninterruptibly(); // first, because this deletes whatever is at the path
            channel = listening.get();
        }

        @Override
        public void close() {
            watch.close();
            channel.close().syncUninterruptibly();
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw cannotReplace(path, e);
            }
        }
    }

    private static Channel listen(
            EventLoopGroup loops, ConnectionRules rules, InetSocketAddress address, AdminPages pages, LargePages all) {
        UnauthenticatedConnections connections = new UnauthenticatedConnections(
                CONNECTIONS, System::nanoTime, limit -> rules.refused().accept("admin-" + limit));
        LargePages large = all.forAnyone(limit -> rules.refused().accept("admin-page-" + limit));
        return new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(rules.acceptPause().get())
                .childHandler(new ChannelInitializer<EpollSocketChannel>() {
                    @Override
                    protected void initChannel(EpollSocketChannel channel) {
                        if (connections.admit(channel) && rules.admits().test(channel)) {
                            channel.pipeline().addLast(new AdminHandler(pages, large));
                        } else {
                            var _ = channel.close();
                        }
                    }
                })
                .bind(address)
                .syncUninterruptibly()
                .channel();
    }

    private static Channel listen(
            EventLoopGroup loops, ConnectionRules rules, Path path, AdminPages pages, LargePages large) {
        try {
            Files.deleteIfExists(path);
            Peers peers = Peers.ofProcess();
            Channel channel = new ServerBootstrap()
                    .group(loops)
                    .channel(EpollServerDomainSocketChannel.class)
                    .handler(rules.acceptPause().get())
                    .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                        @Override
                        protected void initChannel(EpollDomainSocketChannel channel) throws IOException {
                            int uid = channel.peerCredentials().uid();
                            if (peers.mayAsk(uid)) {
                                channel.pipeline().addLast(new AdminHandler(pages, large));
                            } else {
                                LOG.warn(
                                        "A process of user {} was refused the admin socket",
                                        Integer.toUnsignedLong(uid));
                                var _ = channel.close();
                            }
                        }
                    })
                    .bind(new DomainSocketAddress(path.toFile()))
                    .syncUninterruptibly()
                    .channel();
            try {
                Files.setPosixFilePermissions(path, PrivateFiles.PRIVATE);
            } catch (IOException e) {
                channel.close().syncUninterruptibly();
                throw e;
            }
            return channel;
        } catch (IOException e) {
            throw cannotReplace(path, e);
        }
    }

    /**
     * Checks which users may connect to the Unix socket. The file mode limits access too, but it is set only after the
     * socket is bound, and does not stop root of a container.
     *
     * @param own the user of this process
     */
    record Peers(int own) {
        static Peers ofProcess() throws IOException {
            return new Peers((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        }

        boolean mayAsk(int uid) {
            return uid == own || uid == 0;
        }
    }

    private static UncheckedIOException cannotReplace(Path path, IOException e) {
        return new UncheckedIOException("admin-socket: " + path + " (expected: a path that can be replaced)", e);
    }

    /** Returns the TCP address that is bound. */
    public InetSocketAddress address() {
        return (InetSocketAddress) open.localAddress();
    }

    @Override
    public void close() {
        open.close().syncUninterruptibly();
        socket.ifPresent(SocketListener::close);
    }
}
