package dev.weft.proxy.outbound;

import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.mesh.Route;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Relay;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.session.TcpEnd;
import dev.weft.proxy.tunnel.ClientTunnel;
import dev.weft.proxy.tunnel.TunnelPool;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the application on its way: original destination, route, endpoint, tunnel or plain connection. Nothing
 * is read from the application until there is somewhere to put it, and nothing is awaited from it either. An endpoint with an
 * identity is reached through a tunnel or not at all. Belongs to the connection's event loop.
 */
final class OutboundConnection implements Session.Owner, Directory.Watcher {
    /** Endpoints that are tried for one session. */
    static final int MAX_ATTEMPTS = 3;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final OutboundServer.Lane lane;
    private final EpollSocketChannel channel;
    private final Session session;
    private final Relay relay;
    private final boolean captured;
    private final Set<InetSocketAddress> tried = new HashSet<>();
    private List<Route.Endpoint> endpoints = List.of();
    private @Nullable ClientTunnel tunnel;
    private @Nullable EndpointHealth counted;
    /** Where it goes in plaintext, if it does. */
    private @Nullable InetSocketAddress plainTo;

    OutboundConnection(OutboundServer.Lane lane, EpollSocketChannel channel, @Nullable InetSocketAddress destination) {
        this.lane = lane;
        this.channel = channel;
        this.captured = destination != null;
        this.session = lane.sidecar()
                .registry()
                .open(
                        channel.eventLoop(),
                        Session.Direction.OUTBOUND,
                        channel.remoteAddress(),
                        destination == null ? channel.localAddress() : destination,
                        this);
        this.relay = new Relay(session);
    }

    void start() {
        channel.pipeline().addLast(relay.nearTcp());
        Refusal tooMany = lane.sidecar().tooManySessions(channel);
        if (tooMany != null) {
            relay.abort(tooMany);
        } else if (!captured) {
            relay.abort(Refusal.of(Refusal.Code.NOT_CAPTURED, "the connection came without a redirect"));
        } else if (session.destination().equals(channel.localAddress())) {
            relay.abort(Refusal.of(Refusal.Code.LOOP, "the connection was meant for the sidecar's own port"));
        } else {
            Refusal itself = lane.sidecar().meantForItself(session.destination());
            if (itself != null) {
                relay.abort(itself);
            } else {
                lane.directory().resolve(session.destination(), channel.eventLoop(), this::route);
            }
        }
    }

    private void route(@Nullable Route route) {
        if (relay.over()) {
            return;
        }
        switch (route) {
            case null -> relay.abort(noAnswer());
            case Route.NotInMesh outside -> {
                session.decided("unmeshed", "");
                plain(session.destination(), null);
            }
            case Route.Unreachable nowhere -> relay.abort(Refusal.of(Refusal.Code.UNREACHABLE, nowhere.reason()));
            case Route.ToEndpoints to -> {
                endpoints = to.endpoints();
                attempt(() -> Refusal.of(
                        Refusal.Code.NO_ENDPOINT,
                        "no endpoint of " + HostPort.text(session.destination()) + " is ready"));
            }
        }
    }

    private Refusal noAnswer() {
        String destination = HostPort.text(session.destination());
        return switch (lane.directory().standing(session.destination())) {
            case TOO_OLD -> tooOld(destination);
            case OUTSIDE, IN_MESH, UNKNOWN ->
                Refusal.of(
                        Refusal.Code.NO_ANSWER,
                        "the control plane has not said where " + destination + " leads: is it reachable? See /status");
        };
    }

    private static Refusal tooOld(String address) {
        return Refusal.of(
                Refusal.Code.PLAINTEXT_UNCONFIRMED,
                "the control plane is away, and too long ago it said that " + address
                        + " is outside of the mesh: no plaintext until it says so again. See /status and"
                        + " --unmeshed-grace");
    }

    /** The endpoint tried last refused: tries one more; if there is none, this is why. */
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
        EndpointHealth health = lane.balancer().health(endpoint);
        health.started();
        counted = health;
        SpiffeId identity = endpoint.identity();
        if (identity == null) {
            session.decided("unmeshed", "");
            plain(endpoint.address(), health);
        } else {
            tunnel(endpoint, identity, health);
        }
    }

    /** The endpoint chosen last carries the session no more, or never did. */
    private void leave() {
        if (counted != null) {
            counted.ended();
            counted = null;
        }
        tunnel = null;
        if (plainTo != null) {
            lane.directory().unwatch(plainTo, this);
            plainTo = null;
        }
    }

    private void tunnel(Route.Endpoint endpoint, SpiffeId identity, EndpointHealth health) {
        long started = System.nanoTime();
        InetSocketAddress address = new InetSocketAddress(endpoint.address().getAddress(), endpoint.tunnelPort());
        lane.tunnels().acquire(address, identity, new TunnelPool.Waiter() {
            @Override
            public void opened(ClientTunnel opened) {
                if (!relay.over()) {
                    tunnel = opened;
                    session.secured(opened.localIdentity(), opened.peerIdentity(), opened.id(), opened.tls());
                    new OutboundStream(OutboundConnection.this, relay, opened, health, started)
                            .open(endpoint.address());
                }
            }

            @Override
            public void failed(Refusal refusal) {
                if (!refusal.isOfLimit()) { // which says nothing of the endpoint
                    health.failed(System.nanoTime());
                }
                if (!relay.over()) {
                    attempt(refusal);
                }
            }
        });
    }

    /**
     * Only ever for addresses outside of the mesh and endpoints without an identity. The directory knows of the connection
     * before that is looked at once more, so that no change comes in between unseen.
     */
    private void plain(InetSocketAddress address, @Nullable EndpointHealth health) {
        if (!lane.directory().watch(address, this)) {
            relay.abort(Refusal.of(
                    Refusal.Code.LIMIT,
                    "connections in plaintext stand to all the addresses that the sidecar can know"));
            return;
        }
        plainTo = address;
        Refusal refusal = plaintext(address);
        if (refusal != null) {
            relay.abort(refusal);
            return;
        }
        TcpEnd far = relay.farTcp();
        long started = System.nanoTime();
        var _ = lane.sidecar()
                .sockets()
                .connect(
                        channel.eventLoop(),
                        Sockets.Peer.NETWORK,
                        Descriptors.Use.SESSION,
                        address,
                        CONNECT_TIMEOUT,
                        far)
                .addListener((Future<Channel> done) -> {
                    if (relay.over()) {
                        Relay.reset(done);
                    } else if (done.isSuccess()) {
                        connected(health, started);
                    } else {
                        relay.detach();
                        unreachable(address, done.cause(), health);
                    }
                });
    }

    private void connected(@Nullable EndpointHealth health, long started) {
        if (health != null) {
            health.admitted(System.nanoTime() - started, System.nanoTime());
        }
        relay.start();
        relay.established();
    }

    private void unreachable(InetSocketAddress address, Throwable cause, @Nullable EndpointHealth health) {
        Refusal refusal = lane.sidecar()
                .notConnected(cause, Refusal.Code.CONNECT_FAILED, "no connection to " + HostPort.text(address));
        if (health == null || refusal.isOfLimit()) {
            relay.abort(refusal);
        } else {
            health.failed(System.nanoTime());
            attempt(refusal);
        }
    }

    @Override
    public @Nullable Refusal check(Session checked) {
        if (tunnel != null) {
            return tunnel.check();
        }
        return plainTo == null ? null : plaintext(plainTo);
    }

    private @Nullable Refusal plaintext(InetSocketAddress address) {
        return switch (lane.directory().standing(address)) {
            case OUTSIDE, UNKNOWN -> null;
            case IN_MESH ->
                Refusal.of(
                        Refusal.Code.MESHED_MEANWHILE,
                        HostPort.text(address) + " is part of the mesh now: connect again, through a tunnel");
            case TOO_OLD -> tooOld(HostPort.text(address));
        };
    }

    @Override
    public void changed() {
        lane.sidecar().registry().recheck(session);
    }

    @Override
    public void close(Session closed, Refusal refusal) {
        relay.abort(refusal);
    }

    @Override
    public void ended() {
        leave();
    }

    @Override
    public void bulkBegan(Session moving) {
        if (tunnel != null) {
            tunnel.bulkBegan(moving);
        }
    }
}
