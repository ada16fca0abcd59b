package dev.weft.proxy.tunnel;

import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.ErrorCode;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.Limit;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.session.FlushBatch;
import dev.weft.proxy.session.Guarded;
import dev.weft.proxy.session.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A tunnel that another sidecar opened. Belongs to its event loop. */
final class ServerTunnel implements Guarded, ConnectionListener {
    private final Sidecar sidecar;
    private final PeerProof proof;
    private final long id;
    private final Channel channel;
    private final FlushBatch batch = new FlushBatch();
    private final Http2Connection connection;
    private @Nullable Refusal ending;

    ServerTunnel(Sidecar sidecar, PeerProof proof, Channel channel) {
        this.sidecar = sidecar;
        this.proof = proof;
        this.channel = channel;
        this.id = sidecar.registry().nextTunnelId();
        this.connection = Http2Connection.server(Http2Settings.DEFAULTS, this);
    }

    void start() {
        sidecar.registry().addTunnel(this);
        sidecar.metrics().tunnelOpened("server");
        channel.pipeline().addLast(batch, connection);
        CertificateEnd.schedule(sidecar, channel, proof.notAfter());
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        InboundStream session = new InboundStream(sidecar, this, stream);
        session.request(headers, endStream);
        return session;
    }

    @Override
    public void onLimit(Http2Connection limited, Limit limit) {
        sidecar.metrics().limitHit("http2-" + limit);
    }

    @Override
    public void onClosed(Http2Connection gone, @Nullable Throwable cause) {
        sidecar.registry().removeTunnel(this);
    }

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public @Nullable Refusal check() {
        return proof.check();
    }

    @Override
    public void close(Refusal refusal) {
        ending = refusal;
        connection.close(ErrorCode.NO_ERROR);
    }

    void drain() {
        connection.goAway();
    }

    /** Why the tunnel was closed from this side, if it was. */
    @Nullable
    Refusal ending() {
        return ending;
    }

    PeerProof proof() {
        return proof;
    }

    FlushBatch batch() {
        return batch;
    }

    long id() {
        return id;
    }

    InetSocketAddress peerAddress() {
        return (InetSocketAddress) channel.remoteAddress();
    }
}
