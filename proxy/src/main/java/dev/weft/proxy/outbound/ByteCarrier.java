package dev.weft.proxy.outbound;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.balance.OpenRequest;
import dev.weft.proxy.carry.Carrier;
import dev.weft.proxy.carry.LoopContext;
import dev.weft.proxy.carry.RouteRefusals;
import dev.weft.proxy.egress.OutsideCall;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.TcpEnd;
import dev.weft.proxy.sidecar.Dialer;
import dev.weft.proxy.tunnel.client.ClientTunnel;
import dev.weft.proxy.tunnel.client.TunnelPool;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries a connection as bytes to one endpoint for its whole life: the first endpoint that accepts it, out of a few
 * tried. An endpoint with an identity is only ever reached through a tunnel. Belongs to the connection's event loop.
 */
final class ByteCarrier implements Carrier, Directory.Watcher {
    /** The most endpoints that are tried for one session. */
    static final int MAX_ATTEMPTS = 3;

    private final LoopContext lane;
    private final Session session;
    private final Relay relay;
    private final RouteRefusals refusals;
    private final OutsideCall call;
    private final Set<InetSocketAddress> tried = new HashSet<>();
    private List<Route.Endpoint> endpoints = List.of();
    /** Null if a new connection would be carried as bytes, too, whatever changes at the destination. */
    private @Nullable KeptConnection kept;

    private @Nullable ClientTunnel tunnel;
    private @Nullable OpenRequest counted;
    /** The address the session goes to in plaintext; null if it goes through a tunnel, or nowhere yet. */
    private @Nullable InetSocketAddress plainTo;

    ByteCarrier(LoopContext lane, Session session, Relay relay, OutsideCall call) {
        this.call = call;
        this.lane = lane;
        this.session = session;
        this.relay = relay;
        this.refusals = new RouteRefusals(lane.directory());
    }

    /** Carries the session to its destination itself, which is outside of the mesh. */
    void outside() {
        session.decided("unmeshed", call.policy(session.destination()).orElse(""));
        plain(session.destination(), null);
    }

    /** Carries the session for as long as no new connection would be carried by requests. */
    void toOneOf(Route.ToEndpoints route, CarrierChoice choice) {
        if (choice.mayChange(route)) {
            kept = new KeptConnection(lane, session, choice, call);
        }
        toOneOf(route.endpoints());
    }

    void toOneOf(List<Route.Endpoint> choice) {
        endpoints = choice;
        attempt(() -> RouteRefusals.noEndpoint(session.destination()));
    }

    /** Tries one more endpoint after the last one refused; if there is none, ends with the last refusal. */
    void attempt(Refusal last) {
        attempt(() -> last);
    }

    private void attempt(Supplier<Refusal> whyNone) {
        leave();
        Route.Endpoint endpoint = tried.size() >= MAX_ATTEMPTS
                ? null
                : lane.balancer().choose(endpoints, tried, System.nanoTime()).orElse(null);
        if (endpoint == null) {
            relay.abort(whyNone.get());
            return;
        }
        tried.add(endpoint.address());
        session.routed(endpoint.address());
        Refusal itself = lane.sidecar().meantForItself(endpoint.address());
        if (itself != null) {
            relay.abort(itself);
            return;
        }
        OpenRequest health = lane.balancer().health(endpoint).started(System.nanoTime());
        counted = health;
        SpiffeId identity = endpoint.identity();
        if (identity == null) {
            session.decided("unmeshed", call.policy(endpoint.address()).orElse(""));
            plain(endpoint.address(), health);
        } else {
            tunnel(endpoint, identity, health);
        }
    }

    /** Leaves the endpoint chosen last, which no longer carries the session or never did. */
    private void leave() {
        if (counted != null) {
            counted.ended(System.nanoTime());
            counted = null;
        }
        tunnel = null;
        if (plainTo != null) {
            lane.directory().unwatch(plainTo, this);
            plainTo = null;
        }
    }

    private void tunnel(Route.Endpoint endpoint, SpiffeId identity, OpenRequest health) {
        long started = System.nanoTime();
        InetSocketAddress address = new InetSocketAddress(endpoint.address().getAddress(), endpoint.tunnelPort());
        lane.tunnels().acquire(address, identity, new TunnelPool.Waiter() {
            @Override
            public void opened(ClientTunnel opened) {
                if (!relay.over()) {
                    tunnel = opened;
                    session.secured(opened.localIdentity(), opened.peerIdentity(), opened.id(), opened.tls());
                    new OutboundStream(ByteCarrier.this, relay, opened, health, started).open(endpoint.address());
                }
            }

            @Override
            public void failed(Refusal refusal) {
                if (!refusal.isOfLimit()) { // a limit here says nothing about the endpoint
                    health.failed(System.nanoTime());
                }
                if (!relay.over()) {
                    attempt(refusal);
                }
            }
        });
    }

    /**
     * Connects in plaintext; only used for addresses outside of the mesh and endpoints without an identity. The
     * directory watches the address before it is checked once more, so that no change is missed in between.
     */
    private void plain(InetSocketAddress address, @Nullable OpenRequest health) {
        if (!lane.directory().watch(address, this)) {
            relay.abort(RouteRefusals.tooManyWatched());
            return;
        }
        plainTo = address;
        Refusal refusal = outside(address);
        if (refusal != null) {
            relay.abort(refusal);
            return;
        }
        TcpEnd far = relay.farTcp();
        long started = System.nanoTime();
        lane.sidecar().dialer().network(session.loop(), address, far, new Dialer.Caller() {
            @Override
            public boolean over() {
                return relay.over();
            }

            @Override
            public void connected(Channel channel) {
                if (health != null) {
                    health.admitted(System.nanoTime() - started, System.nanoTime());
                }
                relay.start();
                relay.established();
            }

            @Override
            public void failed(Refusal why) {
                relay.detach();
                unreachable(why, health);
            }
        });
    }

    private void unreachable(Refusal refusal, @Nullable OpenRequest health) {
        if (health == null || refusal.isOfLimit()) {
            relay.abort(refusal);
        } else {
            health.failed(System.nanoTime());
            attempt(refusal);
        }
    }

    /** Called when an endpoint has accepted the session, which goes through this stream. */
    void accepted(Http2Stream stream) {
        if (kept != null && tunnel != null && tunnel.takesRequests()) { // no other peer understands it
            kept.accepted(stream);
        }
    }

    @Override
    public @Nullable Refusal check() {
        if (tunnel != null) {
            return tunnel.check();
        }
        return plainTo == null ? null : outside(plainTo);
    }

    /** Returns why plaintext to this address is not allowed now; null if it is. */
    private @Nullable Refusal outside(InetSocketAddress address) {
        Refusal refusal = refusals.plaintext(address);
        return refusal == null ? call.check(address) : refusal;
    }

    @Override
    public void changed() {
        lane.sidecar().registry().recheck(session);
    }

    @Override
    public void close(Refusal refusal) {
        relay.abort(refusal);
    }

    @Override
    public void ended() {
        leave();
        if (kept != null) {
            kept.close();
        }
    }

    @Override
    public void bulkBegan() {
        if (tunnel != null) {
            tunnel.bulkBegan(session);
        }
    }
}
