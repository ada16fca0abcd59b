package dev.weft.proxy.requests;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import dev.weft.proxy.tunnel.client.TunnelPool;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Acquires a tunnel and waits for the peer's first SETTINGS, which show whether the peer takes requests. */
final class KnownTunnel implements TunnelPool.Waiter {
    /** The most tunnels that may close before their SETTINGS have come. */
    private static final int MOST = 3;

    private final LoopContext lane;
    private final InetSocketAddress address;
    private final SpiffeId identity;
    private final TunnelPool.Waiter waiter;
    private int left = MOST;

    private KnownTunnel(LoopContext lane, InetSocketAddress address, SpiffeId identity, TunnelPool.Waiter waiter) {
        this.lane = lane;
        this.address = address;
        this.identity = identity;
        this.waiter = waiter;
    }

    /** Acquires a tunnel to the sidecar of an endpoint, which must prove this identity. */
    static void acquire(LoopContext lane, Route.Endpoint endpoint, SpiffeId identity, TunnelPool.Waiter waiter) {
        InetSocketAddress address = new InetSocketAddress(endpoint.address().getAddress(), endpoint.tunnelPort());
        new KnownTunnel(lane, address, identity, waiter).acquire();
    }

    /** Returns why a request was not answered whose tunnel was lost. */
    static Refusal lost(@Nullable ClientTunnel tunnel) {
        Refusal vanished = tunnel == null ? null : tunnel.lost();
        return vanished != null
                ? vanished
                : Refusal.of(Refusal.Code.TUNNEL_LOST, "the tunnel was lost before the request was answered");
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

    /** Called when the SETTINGS have come. The tunnel may be full by now, which only costs time, or closed. */
    private void known(ClientTunnel tunnel) {
        if (tunnel.known() && tunnel.canOpen()) {
            waiter.opened(tunnel);
        } else if (tunnel.lasting() || --left > 0) {
            acquire();
        } else {
            waiter.failed(Refusal.of(Refusal.Code.TUNNEL_LOST, "tunnels to " + identity + " are closed at once"));
        }
    }

    @Override
    public void failed(Refusal refusal) {
        waiter.failed(refusal);
    }
}
