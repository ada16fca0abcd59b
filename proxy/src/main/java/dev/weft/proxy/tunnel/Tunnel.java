package dev.weft.proxy.tunnel;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.proxy.http2.ConnectionListener;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.loop.ClockTimer;
import dev.weft.proxy.session.FlushBatch;
import dev.weft.proxy.session.Guarded;
import dev.weft.proxy.session.Holder;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.proof.PeerProof;
import dev.weft.proxy.tunnel.proof.Side;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The shared part of both sides of a tunnel: a connection whose peer has proven its identity. Belongs to its event
 * loop.
 */
@SuppressWarnings("this-escape") // receivers of "this" call it only after the tunnel has started
public abstract class Tunnel implements Guarded, Holder, ConnectionListener {
    /** After this time without sessions, the side that opened the tunnel closes it. */
    protected static final Duration MAX_IDLE = Duration.ofMinutes(5);

    /** Octets of a head on top of those that an application sent: the fields that sidecars add. */
    private static final int FIELDS_OF_SIDECARS = 8 * 1024;

    private final Sidecar sidecar;
    private final Channel channel;
    private final Http2Connection connection;
    private final Side side;
    private final long id;
    private final FlushBatch batch = new FlushBatch();
    private final ClockTimer end;
    private PeerProof proof;
    private @Nullable String proofFailure;
    private @Nullable Refusal ending;
    private boolean holdsNothing;
    private long noted;

    protected Tunnel(
            Sidecar sidecar,
            PeerProof proof,
            Channel channel,
            Side side,
            BiFunction<Http2Settings, ConnectionListener, Http2Connection> connection) {
        this.sidecar = sidecar;
        this.proof = proof;
        this.channel = channel;
        this.side = side;
        this.end = new ClockTimer(
                channel.eventLoop(),
                sidecar.mesh()::now,
                () -> sidecar.registry().recheck("a certificate ended"));
        this.id = sidecar.registry().nextTunnelId();
        this.connection = connection.apply(
                Http2Settings.DEFAULTS.withHeaderList(sidecar.heads().octets() + FIELDS_OF_SIDECARS), this);
        this.connection.offerRequests();
        this.connection.ofManyUsers();
    }

    /**
     * Adds the tunnel to the pipeline and the registry. A check follows, because something may have changed during the
     * handshake.
     */
    protected void start() {
        sidecar.registry().addTunnel(this);
        sidecar.metrics().tunnelOpened(side.text());
        channel.pipeline().addLast(batch, connection);
        end.set(proof.notAfter());
    }

    /** Returns the batch that flushes the sessions' connections. */
    public final FlushBatch batch() {
        return batch;
    }

    /** Returns the tunnel's number. */
    public final long id() {
        return id;
    }

    /** Returns the reason why this side closed the tunnel, if it did. */
    public final @Nullable Refusal ending() {
        return ending;
    }

    public final Sidecar sidecar() {
        return sidecar;
    }

    public final Channel channel() {
        return channel;
    }

    public final Http2Connection connection() {
        return connection;
    }

    public final PeerProof proof() {
        return proof;
    }

    /** Returns the workload's own identity, which this side has proven. */
    public final SpiffeId localIdentity() {
        return proof.local();
    }

    /** Returns the identity that the peer has proven. */
    public final SpiffeId peerIdentity() {
        return proof.peer();
    }

    /** Returns the version and the cipher of TLS, as {@code /status} shows them. */
    public final String tls() {
        return proof.tls();
    }

    /** Replaces the proof after both sides have proven themselves again. */
    public final void proven(PeerProof fresh) {
        proof = fresh;
        proofFailure = null;
        end.set(proof.notAfter());
        sidecar.metrics().tunnelProven(side.text(), "renewed");
    }

    /**
     * Notes that a renewal of the proof failed; the proof in force stays. {@code result} is a short text for metrics.
     */
    public final void unproven(String result, String reason) {
        proofFailure = reason;
        sidecar.metrics().tunnelProven(side.text(), result);
    }

    /** Whether the workload has a newer certificate than the one by which this side has proven itself. */
    public final boolean outdated() {
        Credentials present = sidecar.mesh().credentials();
        return present != null && !present.svid().leaf().equals(proof.own().leaf());
    }

    /** Whether the end of the tunnel would lose sessions, now or in a moment. */
    protected abstract boolean inUse();

    /**
     * Returns the peer if the tunnel is in use and depends on another issuer, see {@link PeerProof#restsOnOther}; else
     * null.
     */
    public final @Nullable SpiffeId peerOnOtherIssuer(SpkiFingerprint issuer) {
        return inUse() && proof.restsOnOther(issuer) ? proof.peer() : null;
    }

    @Override
    public final EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public final @Nullable Refusal check() {
        Refusal refusal = proof.check();
        return refusal == null || proofFailure == null
                ? refusal
                : new Refusal(
                        refusal.code(),
                        refusal.status(),
                        refusal.reason() + "; the tunnel was not proven again with a new certificate: " + proofFailure);
    }

    @Override
    public final void close(Refusal refusal) {
        ending = refusal;
        connection.close(ErrorCode.NO_ERROR);
    }

    @Override
    public final void onUnread(Http2Connection unread) {
        sidecar.registry().noteHeld(loop(), this);
    }

    @Override
    public final SpiffeId peer() {
        return proof.peer();
    }

    @Override
    public final long held() {
        int lag = channel.config().getWriteBufferHighWaterMark(); // DATA stops there, and a slow reader is near it
        return holdsNothing ? 0 : Math.max(0, connection.unread() - lag) + connection.unfinished();
    }

    @Override
    public final long noted() {
        return noted;
    }

    @Override
    public final void setNoted(long held) {
        noted = held;
    }

    /**
     * Ends the tunnel's sessions at once, so that they hold nothing any more. The channel is closed in a later turn of
     * the loop, because this may be called while one of its frames is handled.
     */
    @Override
    public final void abort(Refusal refusal) {
        holdsNothing = true;
        ending = refusal;
        sidecar.metrics().limitHit("tunnel-memory");
        connection.close(ErrorCode.ENHANCE_YOUR_CALM);
        loop().execute(() -> connection.abort(ErrorCode.ENHANCE_YOUR_CALM));
    }

    @Override
    public final void onLimit(Http2Connection limited, Limit limit) {
        sidecar.metrics().limitHit("http2-" + limit);
    }

    @Override
    public void onClosed(Http2Connection gone, @Nullable Throwable cause) {
        end.cancel();
        holdsNothing = true;
        sidecar.registry().noteHeld(loop(), this);
        sidecar.registry().removeTunnel(this);
    }
}
