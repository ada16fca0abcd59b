package dev.weft.proxy.tunnel;

import dev.weft.identity.svid.X509Svid;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.session.Guarded;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what arrives on the tunnel port: mutual TLS, the peer's proof, then its sessions. */
public final class TunnelServer extends ChannelInitializer<EpollSocketChannel> {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelServer.class);

    /** Connections that have not proven anything yet. */
    static final int MAX_HANDSHAKES = 512;
    /** Connections on the tunnel port at a time. */
    static final int MAX_CONNECTIONS = 16_384;

    private final Sidecar sidecar;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final Set<ServerTunnel> tunnels = ConcurrentHashMap.newKeySet();

    public TunnelServer(Sidecar sidecar) {
        this.sidecar = sidecar;
    }

    @Override
    protected void initChannel(EpollSocketChannel channel) {
        Credentials credentials = sidecar.mesh().credentials();
        channel.config().setAllowHalfClosure(false); // a tunnel ends as a whole
        connections.incrementAndGet();
        var _ = channel.closeFuture().addListener(closed -> connections.decrementAndGet());
        if (connections.get() > MAX_CONNECTIONS || handshakes.get() >= MAX_HANDSHAKES || credentials == null) {
            sidecar.metrics().limitHit(credentials == null ? "not-ready" : "tunnel-connections");
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
        ssl.setHandshakeTimeout(PeerTunnels.HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        handshakes.incrementAndGet();
        X509Svid own = credentials.svid();
        channel.pipeline().addLast(ssl, new TunnelHandshake(new TunnelHandshake.Listener() {
            @Override
            public void secured(ChannelHandlerContext context, SslHandler done) {
                handshakes.decrementAndGet();
                proven(channel, done, own);
            }

            @Override
            public void failed(Throwable cause) {
                handshakes.decrementAndGet();
                refuse(channel, "handshake", TunnelHandshake.reason(cause));
            }
        }));
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
        ServerTunnel tunnel = new ServerTunnel(sidecar, proof, channel);
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
        LOG.atInfo()
                .addKeyValue("peer", channel.remoteAddress())
                .addKeyValue("rule", rule)
                .log("Refused a connection on the tunnel port: {}", reason);
    }

    /** The workload has another certificate: the peers of the tunnels that stand are told to ask for it. */
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
