package dev.weft.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bound sockets of the data plane, closed together. */
final class Listeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<Channel> channels = new ArrayList<>();

    /**
     * Binds the same port on an IPv4 and an IPv6 address; on a machine without IPv6, only on the IPv4 address. Returns
     * the IPv4 address with the bound port: for port 0, the one that the kernel chose. Throws IllegalStateException
     * when the IPv4 port is taken.
     */
    InetSocketAddress bind(
            String name,
            InetAddress ipv4,
            InetAddress ipv6,
            int port,
            Function<InetAddress, ServerBootstrap> listener) {
        // Not sync(): it would throw Netty's checked exceptions undeclared.
        ChannelFuture first =
                listener.apply(ipv4).bind(new InetSocketAddress(ipv4, port)).awaitUninterruptibly();
        if (!first.isSuccess()) {
            throw new IllegalStateException(
                    name + " port " + port + ": " + first.cause().getMessage() + " (expected: a port that is free)",
                    first.cause());
        }
        channels.add(first.channel());
        InetSocketAddress bound = (InetSocketAddress) first.channel().localAddress();
        var second = listener.apply(ipv6)
                .bind(new InetSocketAddress(ipv6, bound.getPort()))
                .awaitUninterruptibly();
        if (second.isSuccess()) {
            channels.add(second.channel());
        } else {
            LOG.warn(
                    "No IPv6 for the {} port {}: {}",
                    name,
                    bound.getPort(),
                    second.cause().getMessage());
        }
        return bound;
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close().syncUninterruptibly());
        channels.clear();
    }
}
