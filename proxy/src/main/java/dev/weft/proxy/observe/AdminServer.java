package dev.weft.proxy.observe;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Listens for requests of the admin pages, on TCP and on a unix socket. */
public final class AdminServer implements AutoCloseable {
    private final List<Channel> channels = new ArrayList<>();
    private final Optional<Path> socket;

    /** Binds; throws IllegalStateException if an address is taken. */
    public AdminServer(EventLoopGroup loops, InetSocketAddress address, Optional<Path> socket, AdminPages pages) {
        this.socket = socket;
        Lock large = new ReentrantLock();
        ChannelInitializer<Channel> child = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new AdminHandler(pages, large));
            }
        };
        channels.add(new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(io.netty.channel.ChannelOption.SO_REUSEADDR, true)
                .childHandler(child)
                .bind(address)
                .syncUninterruptibly()
                .channel());
        socket.ifPresent(path -> {
            removeStale(path);
            channels.add(new ServerBootstrap()
                    .group(loops)
                    .channel(EpollServerDomainSocketChannel.class)
                    .childHandler(child)
                    .bind(new DomainSocketAddress(path.toFile()))
                    .syncUninterruptibly()
                    .channel());
        });
    }

    private static void removeStale(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("admin-socket: " + path + " (expected: a path that can be replaced)", e);
        }
    }

    /** Where TCP requests are taken. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channels.getFirst().localAddress();
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close().syncUninterruptibly());
        socket.ifPresent(AdminServer::removeStale);
    }
}
