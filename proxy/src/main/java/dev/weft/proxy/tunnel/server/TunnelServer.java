package dev.weft.proxy.tunnel.server;

import dev.weft.daemon.listen.UnauthenticatedConnections;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.limit.SparseLog;
import dev.weft.proxy.pace.RecentCallers;
import dev.weft.proxy.pace.RefusalPace;
import dev.weft.proxy.session.Guarded;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.TunnelHandshake;
import dev.weft.proxy.tunnel.proof.PeerProof;
import dev.weft.proxy.tunnel.proof.Side;
import dev.weft.proxy.tunnel.proof.UnprovenException;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts connections on the tunnel port: mutual TLS, the peer's proof, then its sessions. */
public final class TunnelServer extends ChannelInitializer<EpollSocketChannel> {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelServer.class);

    /** Limits on concurrent handshakes: in total, from one network, and the time after which one may lose its place. */
    static final UnauthenticatedConnections.Limits HANDSHAKES =
            new UnauthenticatedConnections.Limits(512, 64, Duration.ofSeconds(1));
    /** Most connections on the tunnel port at a time. */
    static final int MAX_CONNECTIONS = 16_384;

    /**
     * Most failed connections that are logged singly in a period. Anyone can cause failures, so beyond this only their
     * number is logged.
     */
    static final int MOST_LINES = 10;

    static final Duration LINES_PERIOD = Duration.ofSeconds(10);

    private final Sidecar sidecar;
    private final Function<ServerTunnel, RequestStreams> requests;
    private final AtomicInteger connections = new AtomicInteger();
    private final Duration maxIdle;
    private final UnauthenticatedConnections handshakes;
    private final TunnelShares shares = new TunnelShares();
    private final Set<ServerTunnel> tunnels = ConcurrentHashMap.newKeySet();
    private final SparseLog lines = new SparseLog(MOST_LINES, LINES_PERIOD, System::nanoTime, TunnelServer::summary);
    private final RecentCallers<SpiffeId, RefusalPace> paces =
            new RecentCallers<>(() -> new RefusalPace(System::nanoTime));

    /** @param requests makes the carrier of a tunnel's requests that arrive each as a stream of its own */
    public TunnelServer(Sidecar sidecar, Function<ServerTunnel, RequestStreams> requests) {
        this(sidecar, requests, ServerTunnel.LONGEST_IDLE);
    }

    /** Makes a server whose tunnels without sessions are closed after {@code maxIdle}, or up to twice as long. */
    public TunnelServer(Sidecar sidecar, Function<ServerTunnel, RequestStreams> requests, Duration maxIdle) {
        this.maxIdle = maxIdle;
        this.sidecar = sidecar;
        this.requests = requests;
        this.handshakes = new UnauthenticatedConnections(
                HANDSHAKES, System::nanoTime, limit -> sidecar.metrics().limitHit("tunnel-" + limit));
    }

    @Override
    protected void initChannel(EpollSocketChannel channel) {
        Credentials credentials = sidecar.mesh().credentials();
        channel.config().setAllowHalfClosure(false); // a tunnel ends as a whole
        connections.incrementAndGet();
        var _ = channel.closeFuture().addListener(closed -> connections.decrementAndGet());
        if (credentials == null || connections.get() > MAX_CONNECTIONS) {
            sidecar.metrics().limitHit(credentials == null ? "not-ready" : "tunnel-connections");
            var _ = channel.close();
            return;
        }
        if (!sidecar.mayStay(channel, Descriptors.Use.UPKEEP) || !handshakes.admit(channel)) {
            var _ = channel.close();
            return;
        }
        SslHandler ssl;
        try {
            ssl = credentials.server().newHandler(channel.alloc());
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("No TLS engine for a connection on the tunnel port");
            var _ = channel.close();
            return;
        }
        ssl.setHandshakeTimeout(TunnelHandshake.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        X509Svid own = credentials.svid();
        TunnelHandshake handshake = new TunnelHandshake(
                (_, done) -> {
                    handshakes.done(channel);
                    proven(channel, done, own);
                },
                cause -> {
                    handshakes.done(channel);
                    refuse(channel, "handshake", TunnelHandshake.reason(cause));
                });
        channel.pipeline().addLast(ssl, handshake);
    }

    private void proven(EpollSocketChannel channel, SslHandler ssl, X509Svid own) {
        PeerProof proof;
        try {
            proof = PeerProof.of(ssl, sidecar.mesh(), Side.SERVER, own);
        } catch (UnprovenException e) {
            refuse(channel, e.rule(), e.reason());
            var _ = channel.close();
            return;
        }
        if (!shares.take(proof.peer(), channel)) {
            sidecar.metrics().limitHit("tunnels-of-identity");
            refuse(
                    channel,
                    "limit",
                    Refusal.Code.IDENTITY_LIMIT.code() + ": " + proof.peer()
                            + " has as many tunnels to this workload as are allowed");
            var _ = channel.close();
            return;
        }
        ServerTunnel tunnel = new ServerTunnel(sidecar, proof, channel, maxIdle, paces.of(proof.peer()), requests);
        tunnels.add(tunnel);
        var _ = channel.closeFuture().addListener(closed -> tunnels.remove(tunnel));
        tunnel.start();
        var refusal = tunnel.check();
        if (refusal != null) {
            ((Guarded) tunnel).close(refusal);
        }
    }

    private void refuse(EpollSocketChannel channel, String rule, String reason) {
        sidecar.metrics().handshakeFailed("server", rule);
        if (lines.mayWrite(channel.eventLoop())) {
            LOG.atInfo()
                    .addKeyValue("peer", channel.remoteAddress())
                    .addKeyValue("rule", rule)
                    .log("Refused a connection on the tunnel port: {}", reason);
        }
    }

    private static void summary(long leftOut) {
        LOG.atInfo()
                .addKeyValue("leftOut", leftOut)
                .log("More connections on the tunnel port were refused; weft_handshake_failures_total" + " counts all");
    }

    /** Tells the peers of all open tunnels to ask for the workload's new certificate. */
    public void renewed() {
        for (ServerTunnel tunnel : tunnels) {
            tunnel.loop().execute(tunnel::renewed);
        }
    }

    /** Tells every peer to open no more sessions here. */
    public void drain() {
        for (ServerTunnel tunnel : tunnels) {
            tunnel.loop().execute(tunnel::drain);
        }
    }
}
