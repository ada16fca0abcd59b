package dev.weft.proxy;

import static dev.weft.proxy.capture.Sockets.Peer.APPLICATION;
import static dev.weft.proxy.capture.Sockets.Peer.NETWORK;
import static dev.weft.proxy.capture.Sockets.Peer.SIDECAR;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.inbound.PlaintextServer;
import dev.weft.proxy.outbound.OutboundServer;
import dev.weft.proxy.settings.ProxySettings;
import dev.weft.proxy.sidecar.OwnPorts;
import dev.weft.proxy.tunnel.server.TunnelServer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three listeners of one workload. They open together once the workload knows enough to serve, are retried with
 * growing pauses while a port is taken, and never open again after {@link #close}. Safe for use by several threads.
 */
final class DataPathListeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataPathListeners.class);
    private static final InetAddress ANY4 = InetAddress.ofLiteral("0.0.0.0");
    private static final InetAddress ANY6 = InetAddress.ofLiteral("::");
    private static final InetAddress LOOPBACK4 = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress LOOPBACK6 = InetAddress.ofLiteral("::1");
    private static final Duration MIN_BIND_BACKOFF = Duration.ofMillis(200);
    private static final Duration MAX_BIND_BACKOFF = Duration.ofSeconds(10);

    /** The servers that take the connections of the three listeners. */
    record Servers(OutboundServer outbound, TunnelServer tunnels, PlaintextServer plaintext) {}

    private final ProxySettings settings;
    private final Sockets sockets;
    private final EventLoopGroup loops;
    private final Servers servers;
    private final OwnPorts ownPorts;
    private final BooleanSupplier ready;

    @GuardedBy("this")
    private final List<Channel> listeners = new ArrayList<>();

    private final CountDownLatch opened = new CountDownLatch(1);

    @GuardedBy("this")
    private boolean open;

    @GuardedBy("this")
    private boolean retrying;

    @GuardedBy("this")
    private Duration backoff = MIN_BIND_BACKOFF;

    @GuardedBy("this")
    private boolean closed;

    private volatile @Nullable String failure;
    private volatile Workload.@Nullable Ports ports;

    /**
     * Creates listeners that are closed until {@link #openWhenReady}.
     *
     * @param ownPorts gets the ports that are bound
     * @param ready whether the workload knows enough to serve; called on any thread
     */
    DataPathListeners(
            ProxySettings settings,
            Sockets sockets,
            EventLoopGroup loops,
            Servers servers,
            OwnPorts ownPorts,
            BooleanSupplier ready) {
        this.settings = settings;
        this.sockets = sockets;
        this.loops = loops;
        this.servers = servers;
        this.ownPorts = ownPorts;
        this.ready = ready;
    }

    /**
     * Opens the listeners if the workload has everything that they need. Returns at once: binding waits for an event
     * loop, so it runs on a thread of its own.
     */
    void openWhenReady() {
        Thread _ = Thread.startVirtualThread(this::openNow);
    }

    private synchronized void openNow() {
        if (open || closed || !ready.getAsBoolean()) {
            return;
        }
        try {
            Workload.Ports bound = listen();
            open = true;
            failure = null;
            ports = bound; // set last: a reader that sees the ports finds everything else in place
            opened.countDown();
        } catch (RuntimeException e) {
            unbind();
            failure = "cannot listen: " + e.getMessage();
            LOG.error("Cannot listen, trying again in {}: {}", backoff, e.getMessage());
            retryLater();
        }
    }

    private synchronized void retryLater() {
        if (retrying) {
            return;
        }
        retrying = true;
        long wait = backoff.toMillis();
        backoff = backoff.compareTo(MAX_BIND_BACKOFF.dividedBy(2)) > 0 ? MAX_BIND_BACKOFF : backoff.multipliedBy(2);
        var _ = loops.next().schedule(() -> Thread.startVirtualThread(this::retry), wait, TimeUnit.MILLISECONDS);
    }

    private synchronized void retry() {
        retrying = false;
        openNow();
    }

    @GuardedBy("this")
    private Workload.Ports listen() {
        InetSocketAddress tunnel = bind(
                "tunnel",
                ANY4,
                ANY6,
                settings.tunnelPort(),
                ip -> sockets.listener(loops, SIDECAR, ip, true, servers.tunnels()));
        InetSocketAddress inbound = bind(
                "inbound",
                ANY4,
                ANY6,
                settings.inboundPort(),
                ip -> sockets.listener(loops, NETWORK, ip, false, servers.plaintext()));
        InetSocketAddress outbound = bind(
                "outbound",
                LOOPBACK4,
                LOOPBACK6,
                settings.outboundPort(),
                ip -> sockets.listener(loops, APPLICATION, ip, false, servers.outbound()));
        ownPorts.add(outbound.getPort(), inbound.getPort(), tunnel.getPort());
        return new Workload.Ports(outbound.getPort(), inbound.getPort(), tunnel.getPort());
    }

    /**
     * Binds the same port on an IPv4 and an IPv6 address; on a machine without IPv6, only on the IPv4 address. Returns
     * the IPv4 address with the bound port: for port 0, the one that the kernel chose. Throws IllegalStateException
     * when the IPv4 port is taken.
     */
    @GuardedBy("this")
    private InetSocketAddress bind(
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
        listeners.add(first.channel());
        InetSocketAddress bound = (InetSocketAddress) first.channel().localAddress();
        var second = listener.apply(ipv6)
                .bind(new InetSocketAddress(ipv6, bound.getPort()))
                .awaitUninterruptibly();
        if (second.isSuccess()) {
            listeners.add(second.channel());
        } else {
            LOG.warn(
                    "No IPv6 for the {} port {}: {}",
                    name,
                    bound.getPort(),
                    second.cause().getMessage());
        }
        return bound;
    }

    @GuardedBy("this")
    private void unbind() {
        listeners.forEach(listener -> listener.close().syncUninterruptibly());
        listeners.clear();
    }

    /** Returns the bound ports, or null before the listeners are open. */
    Workload.@Nullable Ports ports() {
        return ports;
    }

    /** Returns why the listeners are not open, or null if binding has not failed. */
    @Nullable
    String failure() {
        return failure;
    }

    void awaitOpen() throws InterruptedException {
        opened.await();
    }

    /** Closes the listeners for good. */
    @Override
    public synchronized void close() {
        closed = true;
        unbind();
    }
}
