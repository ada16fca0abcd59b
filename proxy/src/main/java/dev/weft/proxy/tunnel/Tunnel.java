package dev.weft.proxy.tunnel;

import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.ErrorCode;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.Limit;
import dev.weft.proxy.session.FlushBatch;
import dev.weft.proxy.session.Guarded;
import dev.weft.proxy.session.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What both sides of a tunnel are: a connection whose peer has proven who it is. Belongs to its event loop. */
abstract sealed class Tunnel implements Guarded, ConnectionListener permits ClientTunnel, ServerTunnel {
    final Sidecar sidecar;
    final PeerProof proof;
    final Channel channel;
    final Http2Connection connection;
    private final long id;
    private final FlushBatch batch = new FlushBatch();
    private @Nullable Refusal ending;

    Tunnel(
            Sidecar sidecar,
            PeerProof proof,
            Channel channel,
            BiFunction<Http2Settings, ConnectionListener, Http2Connection> side) {
        this.sidecar = sidecar;
        this.proof = proof;
        this.channel = channel;
        this.id = sidecar.registry().nextTunnelId();
        this.connection = side.apply(Http2Settings.DEFAULTS, this);
    }

    /** Goes into the pipeline and the registry; a check follows, as something may have changed during the handshake. */
    final void start(String side) {
        sidecar.registry().addTunnel(this);
        sidecar.metrics().tunnelOpened(side);
        channel.pipeline().addLast(batch, connection);
        CertificateEnd.schedule(sidecar, channel, proof.notAfter());
    }

    /** What the sessions' connections are flushed by. */
    public final FlushBatch batch() {
        return batch;
    }

    /** The tunnel's number. */
    public final long id() {
        return id;
    }

    /** Why the tunnel was closed from this side, if it was. */
    public final @Nullable Refusal ending() {
        return ending;
    }

    @Override
    public final EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public final @Nullable Refusal check() {
        return proof.check();
    }

    @Override
    public final void close(Refusal refusal) {
        ending = refusal;
        connection.close(ErrorCode.NO_ERROR);
    }

    @Override
    public final void onLimit(Http2Connection limited, Limit limit) {
        sidecar.metrics().limitHit("http2-" + limit);
    }

    @Override
    public void onClosed(Http2Connection gone, @Nullable Throwable cause) {
        sidecar.registry().removeTunnel(this);
    }
}
