package dev.weft.proxy.tunnel.client;

import dev.weft.daemon.text.HostPort;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.TunnelHandshake;
import dev.weft.proxy.tunnel.proof.PeerProof;
import dev.weft.proxy.tunnel.proof.Side;
import dev.weft.proxy.tunnel.proof.UnprovenException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tunnels to one peer: usually one, and a few more if one is busy. Belongs to one event loop. */
final class PeerTunnels {
    private static final Logger LOG = LoggerFactory.getLogger(PeerTunnels.class);

    /** Most tunnels to one peer over which sessions are spread, so that they do not wait for each other. */
    static final int MAX_SPREAD = 4;
    /** Most tunnels to one peer, if the open ones are as full as its sidecar allows. */
    static final int MAX_TUNNELS = 16;
    /** Most sessions that wait for a tunnel to one peer. */
    static final int MAX_WAITING = 4096;
    /** Wait after the first failure in a row; doubles up to {@link #MAX_BACKOFF}. */
    static final Duration MIN_BACKOFF = Duration.ofMillis(100);
    /** Longest wait before a failing peer is tried again. */
    static final Duration MAX_BACKOFF = Duration.ofSeconds(10);

    private final Sidecar sidecar;
    private final EventLoop loop;
    private final InetSocketAddress address;
    private final SpiffeId expected;
    private final List<ClientTunnel> tunnels = new ArrayList<>();
    /** Tunnels that take no new sessions, and still carry their open ones. */
    private final List<ClientTunnel> retired = new ArrayList<>();

    private final Queue<TunnelPool.Waiter> waiting = new ArrayDeque<>();
    private int connecting;
    private int failures;
    private long retryAtNanos;
    private @Nullable Refusal lastFailure;

    PeerTunnels(Sidecar sidecar, EventLoop loop, InetSocketAddress address, SpiffeId expected) {
        this.sidecar = sidecar;
        this.loop = loop;
        this.address = address;
        this.expected = expected;
    }

    /** Gives the waiter a tunnel, now or when one is established. */
    void acquire(TunnelPool.Waiter waiter) {
        ClientTunnel best = leastLoaded();
        if (best != null) {
            if (best.busy() && connecting == 0 && tunnels.size() < MAX_SPREAD && mayConnect()) {
                connect();
            }
            waiter.opened(best);
            return;
        }
        if (connecting == 0) {
            if (tunnels.size() >= MAX_TUNNELS) {
                sidecar.metrics().limitHit("tunnels-per-peer");
                waiter.failed(Refusal.of(Refusal.Code.LIMIT, "all tunnels to " + expected + " are full"));
                return;
            }
            if (!mayConnect()) {
                waiter.failed(lastFailure != null ? lastFailure : notReady());
                return;
            }
        }
        if (waiting.size() >= MAX_WAITING) {
            sidecar.metrics().limitHit("sessions-waiting");
            waiter.failed(Refusal.of(Refusal.Code.LIMIT, "too many sessions wait for a tunnel to " + expected));
            return;
        }
        waiting.add(waiter);
        if (connecting == 0) {
            connect();
        }
    }

    /** Opens one more tunnel before the next session needs it, if all open tunnels are busy. */
    void busier() {
        if (!tunnels.isEmpty()
                && tunnels.size() < MAX_SPREAD
                && connecting == 0
                && mayConnect()
                && tunnels.stream().allMatch(ClientTunnel::busy)) {
            connect();
        }
    }

    private boolean mayConnect() {
        return failures == 0 || System.nanoTime() - retryAtNanos >= 0;
    }

    private @Nullable ClientTunnel leastLoaded() {
        ClientTunnel best = null;
        for (ClientTunnel tunnel : tunnels) {
            if (tunnel.canOpen() && (best == null || tunnel.load() < best.load())) {
                best = tunnel;
            }
        }
        return best;
    }

    private static Refusal notReady() {
        return Refusal.of(Refusal.Code.NOT_READY, "the sidecar has no certificate yet");
    }

    private void connect() {
        Credentials credentials = sidecar.mesh().credentials();
        if (credentials == null) {
            failed(notReady());
            return;
        }
        Instant end = credentials.svid().leaf().getNotAfter().toInstant();
        if (!end.isAfter(sidecar.mesh().now())) {
            failed(Refusal.of(
                    Refusal.Code.CERTIFICATE_ENDED,
                    "the certificate of this workload ended at " + end
                            + "; /status of its sidecar shows why there is no newer one"));
            return;
        }
        connecting++;
        // Handlers are added after the connection is up, so that one place handles a failed connect.
        Future<Channel> connected = sidecar.sockets()
                .connect(
                        loop,
                        Sockets.Peer.SIDECAR,
                        Descriptors.Use.UPKEEP,
                        address,
                        sidecar.connectTimeout(),
                        new ChannelInboundHandlerAdapter());
        var _ = connected.addListener((Future<Channel> done) -> {
            if (done.isSuccess()) {
                handshake(done.getNow(), credentials);
            } else {
                connecting--;
                notConnected(sidecar.notConnected(
                        done.cause(),
                        Refusal.Code.CONNECT_FAILED,
                        "no connection to the sidecar at " + HostPort.text(address)));
            }
        });
    }

    /** If this sidecar has no file descriptor left, the peer has not failed, and no backoff applies. */
    private void notConnected(Refusal refusal) {
        if (refusal.isOfLimit()) {
            refuseWaiting(refusal);
        } else {
            failed(refusal);
        }
    }

    private void handshake(Channel channel, Credentials credentials) {
        SslHandler ssl;
        try {
            ssl = credentials.client().newHandler(channel.alloc());
        } catch (RuntimeException e) {
            connecting--;
            var _ = channel.close();
            failed(Refusal.of(Refusal.Code.HANDSHAKE_FAILED, "no TLS engine: " + e));
            return;
        }
        ssl.setHandshakeTimeout(TunnelHandshake.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        TunnelHandshake handshake = new TunnelHandshake(
                (_, done) -> {
                    connecting--;
                    proven(channel, done, credentials.svid());
                },
                cause -> {
                    connecting--;
                    sidecar.metrics().handshakeFailed("client", "handshake");
                    failed(Refusal.of(
                            Refusal.Code.HANDSHAKE_FAILED,
                            "no mutual TLS with " + HostPort.text(address) + " (expected: " + expected + "): "
                                    + TunnelHandshake.reason(cause)));
                });
        channel.pipeline().addLast(ssl, handshake);
        ((SocketChannelConfig) channel.config()).setAllowHalfClosure(false); // a tunnel ends as a whole
        channel.config().setAutoRead(true);
    }

    /** Checks the peer's identity before any byte of a session is sent. */
    private void proven(Channel channel, SslHandler ssl, X509Svid own) {
        Refusal refusal;
        try {
            PeerProof proof = PeerProof.of(ssl, sidecar.mesh(), Side.CLIENT, own);
            if (proof.peer().equals(expected)) {
                stands(new ClientTunnel(sidecar, this, proof, channel));
                return;
            }
            sidecar.metrics().handshakeFailed("client", "wrong-identity");
            refusal = Refusal.of(
                    Refusal.Code.WRONG_IDENTITY,
                    HostPort.text(address) + " proved " + proof.peer() + " (expected: " + expected + ")");
        } catch (UnprovenException e) {
            sidecar.metrics().handshakeFailed("client", e.rule());
            refusal = Refusal.of(Refusal.Code.HANDSHAKE_FAILED, HostPort.text(address) + ": " + e.reason());
        }
        var _ = channel.close();
        failed(refusal);
    }

    private void stands(ClientTunnel tunnel) {
        failures = 0;
        tunnels.add(tunnel);
        tunnel.start();
        changed();
    }

    private void failed(Refusal refusal) {
        failures = Math.min(failures + 1, 30);
        long backoff = Math.min(MIN_BACKOFF.toNanos() << Math.min(failures - 1, 20), MAX_BACKOFF.toNanos());
        retryAtNanos =
                System.nanoTime() + backoff / 2 + ThreadLocalRandom.current().nextLong(backoff / 2 + 1);
        lastFailure = refusal;
        LOG.atWarn()
                .addKeyValue("code", refusal.code())
                .addKeyValue("failures", failures)
                .log(refusal.reason());
        refuseWaiting(refusal);
    }

    private void refuseWaiting(Refusal refusal) {
        List<TunnelPool.Waiter> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(waiter -> waiter.failed(refusal));
    }

    /** Serves waiting sessions, after a change that may have made it possible. */
    void changed() {
        while (!waiting.isEmpty()) {
            ClientTunnel tunnel = leastLoaded();
            if (tunnel == null) {
                if (connecting == 0 && tunnels.size() < MAX_TUNNELS && mayConnect()) {
                    connect();
                }
                return;
            }
            waiting.remove().opened(tunnel);
        }
    }

    /** The tunnel has closed, or its peer accepts no more sessions. */
    void gone(ClientTunnel tunnel) {
        tunnels.remove(tunnel);
        retired.remove(tunnel);
        changed();
        if (!waiting.isEmpty() && connecting == 0 && tunnels.isEmpty()) {
            failed(Refusal.of(Refusal.Code.TUNNEL_LOST, "the tunnel to " + expected + " was lost"));
        }
    }

    /** Makes new sessions use new tunnels; open sessions go on in the old ones. */
    void drain() {
        failures = 0;
        List.copyOf(tunnels).forEach(this::retire);
    }

    /** Makes new sessions use other tunnels. This one closes with its last session; until then its proof is renewed. */
    void retire(ClientTunnel tunnel) {
        if (tunnels.remove(tunnel)) {
            retired.add(tunnel);
        }
        tunnel.drain();
    }

    /** Handles a new certificate of the workload: tunnels that stay are proven again with it. */
    void renewed() {
        failures = 0;
        for (ClientTunnel tunnel : List.copyOf(tunnels)) {
            if (!tunnel.lasts()) {
                retire(tunnel);
            }
            tunnel.renewed();
        }
        List.copyOf(retired).forEach(ClientTunnel::renewed);
    }

    boolean unused() {
        return tunnels.isEmpty() && retired.isEmpty() && waiting.isEmpty() && connecting == 0 && mayConnect();
    }
}
