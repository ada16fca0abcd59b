package dev.weft.daemon.admin;

import dev.weft.daemon.listen.AcceptPause;
import dev.weft.daemon.listen.Newcomers;
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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for requests of the admin pages. Any program on the loopback reaches the TCP address, so it has those pages only that
 * anyone may read, and has them within limits: health is asked for here, too, also while the port is flooded. All of them are on the Unix socket, which is for root and for the user of this process.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    /**
     * TCP connections at a time, and those of one network. The oldest gives way at once, since a probe is answered within one turn of
     * the loop: the kubelet shares its address with others of its node, and must get in.
     */
    static final Newcomers.Limits CONNECTIONS = new Newcomers.Limits(256, 32, Duration.ZERO);

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final List<Channel> channels = new ArrayList<>();
    private final Optional<Path> socket;

    /**
     * What stands before the listeners.
     *
     * @param admits whether a new TCP connection is let in; it is closed otherwise
     * @param acceptPause made for each listener
     * @param refused hears the limit that was hit, as a word for metrics, for each connection that is closed for it
     */
    public record Door(Predicate<UnixChannel> admits, Supplier<AcceptPause> acceptPause, Consumer<String> refused) {
        /** Lets every caller in, within the limits of every admin server. */
        public static Door open(Consumer<String> refused) {
            return new Door(_ -> true, AcceptPause::new, refused);
        }
    }

    /** Binds; throws a BindException if an address is taken. */
    public AdminServer(
            EventLoopGroup loops, Door door, InetSocketAddress address, Optional<Path> socket, AdminPages pages) {
        this.socket = socket;
        LargePages large = new LargePages();
        channels.add(listen(loops, door, address, pages.forAnyone(), large));
        socket.ifPresent(path -> channels.add(listen(loops, door, path, pages, large)));
    }

    private static Channel listen(
            EventLoopGroup loops, Door door, InetSocketAddress address, AdminPages pages, LargePages all) {
        Newcomers connections = new Newcomers(
                CONNECTIONS, System::nanoTime, limit -> door.refused().accept("admin-" + limit));
        LargePages large = all.forAnyone(limit -> door.refused().accept("admin-page-" + limit));
        return new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(door.acceptPause().get())
                .childHandler(new ChannelInitializer<EpollSocketChannel>() {
                    @Override
                    protected void initChannel(EpollSocketChannel channel) {
                        if (connections.admit(channel) && door.admits().test(channel)) {
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

    private static Channel listen(EventLoopGroup loops, Door door, Path path, AdminPages pages, LargePages large) {
        try {
            Files.deleteIfExists(path);
            Peers peers = Peers.ofProcess();
            Channel channel = new ServerBootstrap()
                    .group(loops)
                    .channel(EpollServerDomainSocketChannel.class)
                    .handler(door.acceptPause().get())
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
            Files.setPosixFilePermissions(path, OWNER_ONLY);
            return channel;
        } catch (IOException e) {
            throw cannotReplace(path, e);
        }
    }

    /**
     * Who may ask on the Unix socket. Its mode says so too, but not before the socket is bound, and not to root of a container.
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

    /** Where TCP requests are taken. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channels.getFirst().localAddress();
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close().syncUninterruptibly());
        socket.ifPresent(path -> {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw cannotReplace(path, e);
            }
        });
    }
}
