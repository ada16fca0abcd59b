package dev.weft.proxy.tunnel.client;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.sidecar.Sidecar;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tunnels that one event loop opens, by peer address and expected identity. Belongs to that event loop. */
public final class TunnelPool {
    /** Most peers at a time. At this number, peers without tunnels are forgotten. */
    static final int MAX_PEERS = 8192;

    private final Sidecar sidecar;
    private final EventLoop loop;
    private final Map<Peer, PeerTunnels> peers = new HashMap<>();

    private record Peer(InetSocketAddress address, SpiffeId expected) {}

    /** Waits for a tunnel; called on the event loop, exactly once. */
    public interface Waiter {
        /** A stream may be opened in this tunnel now. */
        void opened(ClientTunnel tunnel);

        /** There is no tunnel. */
        void failed(Refusal refusal);
    }

    public TunnelPool(Sidecar sidecar, EventLoop loop) {
        this.sidecar = sidecar;
        this.loop = loop;
    }

    /** Gives the waiter a tunnel to the sidecar at this address, which must prove this identity. */
    public void acquire(InetSocketAddress tunnelAddress, SpiffeId expected, Waiter waiter) {
        Peer peer = new Peer(tunnelAddress, expected);
        PeerTunnels tunnels = peers.get(peer);
        if (tunnels == null) {
            if (peers.size() >= MAX_PEERS) {
                peers.values().removeIf(PeerTunnels::unused);
            }
            if (peers.size() >= MAX_PEERS) {
                sidecar.metrics().limitHit("peers");
                waiter.failed(Refusal.of(Refusal.Code.LIMIT, "tunnels to " + MAX_PEERS + " peers are open"));
                return;
            }
            tunnels = new PeerTunnels(sidecar, loop, tunnelAddress, expected);
            peers.put(peer, tunnels);
        }
        tunnels.acquire(waiter);
    }

    /** Makes new sessions use new tunnels; the current tunnels end with their last session. */
    public void drain() {
        List.copyOf(peers.values()).forEach(PeerTunnels::drain);
    }

    /** Handles a new certificate of the workload: open tunnels are proven again with it, or take no more sessions. */
    public void renewed() {
        List.copyOf(peers.values()).forEach(PeerTunnels::renewed);
    }
}
