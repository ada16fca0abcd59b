package dev.weft.proxy.inbound;

import dev.weft.daemon.listen.UnauthenticatedConnections;
import dev.weft.proxy.capture.OriginalDestination;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.sidecar.Sidecar;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Accepts captured connections that came without a tunnel. */
public final class PlaintextServer extends ChannelInitializer<EpollSocketChannel> {
    /** The most simultaneous connections that came without a tunnel. */
    static final int MAX_CONNECTIONS = 16_384;
    /**
     * Limits of probes of a strict workload: simultaneous probes, simultaneous probes from one address, and how long a
     * probe keeps its place.
     */
    static final UnauthenticatedConnections.Limits PROBES =
            new UnauthenticatedConnections.Limits(256, 32, Duration.ofSeconds(1));

    private final Sidecar sidecar;
    private final OriginalDestination originalDestination;
    private final AtomicInteger connections = new AtomicInteger();
    private final UnauthenticatedConnections probes;

    public PlaintextServer(Sidecar sidecar, OriginalDestination originalDestination) {
        this.sidecar = sidecar;
        this.originalDestination = originalDestination;
        this.probes = new UnauthenticatedConnections(
                PROBES, System::nanoTime, limit -> sidecar.metrics().limitHit("probe-" + limit));
    }

    @Override
    protected void initChannel(EpollSocketChannel channel) {
        if (connections.incrementAndGet() > MAX_CONNECTIONS) {
            sidecar.metrics().limitHit("plaintext-connections");
            connections.decrementAndGet();
            Relay.reset(channel);
            return;
        }
        var _ = channel.closeFuture().addListener(closed -> connections.decrementAndGet());
        if (!sidecar.mayStay(channel, Descriptors.Use.UPKEEP)) {
            Relay.reset(channel);
            return;
        }
        InetSocketAddress local = channel.localAddress();
        InetSocketAddress destination = originalDestination.of(channel);
        new PlaintextConnection(sidecar, probes, channel, destination == null ? local : destination).start(local);
    }
}
