package dev.weft.proxy.requests;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.carry.Lane;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import dev.weft.proxy.tunnel.client.TunnelPool;
import java.net.InetSocketAddress;

/** Waits for a tunnel of which it is known whether its peer takes requests: its first SETTINGS have come. */
final class KnownTunnel implements TunnelPool.Waiter {
    /** Tunnels that may close before that is known. */
    private static final int MOST = 3;

    private final Lane lane;
    private final InetSocketAddress address;
    private final SpiffeId identity;
    private final TunnelPool.Waiter waiter;
    private int left = MOST;

    private KnownTunnel(Lane lane, InetSocketAddress address, SpiffeId identity, TunnelPool.Waiter waiter) {
        this.lane = lane;
        this.address = address;
        this.identity = identity;
        this.waiter = waiter;
    }

    /** To the sidecar of an endpoint that must prove this identity. */
    static void acquire(Lane lane, Route.Endpoint endpoint, SpiffeId identity, TunnelPool.Waiter waiter) {
        InetSocketAddress address = new InetSocketAddress(endpoint.address().getAddress(), endpoint.tunnelPort());
        new KnownTunnel(lane, address, identity, waiter).acquire();
    }

    private void acquire() {
        lane.tunnels().acquire(address, identity, this);
    }

    @Override
    public void opened(ClientTunnel tunnel) {
        if (tunnel.known()) {
            waiter.opened(tunnel);
        } else {
            tunnel.whenKnown(() -> known(tunnel));
        }
    }

    /** By now it may be full, which costs nothing but time, or gone. */
    private void known(ClientTunnel tunnel) {
        if (tunnel.known() && tunnel.canOpen()) {
            waiter.opened(tunnel);
        } else if (tunnel.lasting() || --left > 0) {
            acquire();
        } else {
            waiter.failed(Refusal.of(Refusal.Code.TUNNEL_LOST, "tunnels to " + identity + " close as they stand"));
        }
    }

    @Override
    public void failed(Refusal refusal) {
        waiter.failed(refusal);
    }
}
