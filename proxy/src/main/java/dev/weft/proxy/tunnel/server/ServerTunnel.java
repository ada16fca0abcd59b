package dev.weft.proxy.tunnel.server;

import dev.weft.daemon.schedule.Repetition;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.pace.RefusalPace;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.Tunnel;
import dev.weft.proxy.tunnel.proof.PeerProof;
import dev.weft.proxy.tunnel.proof.ProofMessage;
import dev.weft.proxy.tunnel.proof.Side;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A tunnel that another sidecar has opened. */
public final class ServerTunnel extends Tunnel {
    /**
     * Shortest time between two proofs of the peer. A peer that follows the protocol waits longer between two attempts.
     */
    static final Duration PROOF_INTERVAL = ProofMessage.LEAST_INTERVAL.dividedBy(2);

    /** A tunnel without sessions is closed after this time, or up to twice as long. Its opener closes it earlier. */
    static final Duration LONGEST_IDLE = MAX_IDLE.multipliedBy(2);

    private final Duration maxIdle;
    private final RefusalPace pace;
    private final RequestStreams requests;
    private int certificates = 1;
    private boolean used;
    private boolean proving;
    private long nextProofNanos;

    /**
     * Makes a tunnel that has not started.
     *
     * @param maxIdle see {@link #LONGEST_IDLE}
     * @param pace limits how often the peer is refused
     * @param requests makes the carrier of requests that arrive each as a stream of its own
     */
    ServerTunnel(
            Sidecar sidecar,
            PeerProof proof,
            Channel channel,
            Duration maxIdle,
            RefusalPace pace,
            Function<ServerTunnel, RequestStreams> requests) {
        super(sidecar, proof, channel, Side.SERVER, Http2Connection::server);
        this.maxIdle = maxIdle;
        this.pace = pace;
        this.requests = requests.apply(this);
    }

    /** Counts a refusal of the peer. A peer that is refused too often loses its tunnel. */
    public void refused(InetSocketAddress destination, Refusal refusal) {
        if (!pace.refused(destination, refusal)) {
            calm();
        }
    }

    /** Returns the answer that the peer gets without being judged, because it is refused again and again; else null. */
    public @Nullable Refusal refusalAgain(InetSocketAddress destination) {
        return pace.again(destination);
    }

    /** Counts that the peer got the repeated answer. */
    public void refusedAgain() {
        sidecar().metrics().limitHit("refusals");
        if (!pace.mayRepeat()) {
            calm();
        }
    }

    /**
     * Counts a request of the peer that was reset without an answer, because too many of its requests cannot pass. A
     * peer that continues much faster loses its tunnel.
     */
    public void flooded() {
        sidecar().metrics().limitHit("requests-unacceptable");
        if (!pace.mayRepeat()) {
            calm();
        }
    }

    /** Ends the tunnel of a peer that asks by far too often for what it may not have. */
    public void calm() {
        sidecar().metrics().limitHit("refusals-tunnel-ended");
        connection().close(ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Override
    protected void start() {
        super.start();
        nextProofNanos = System.nanoTime();
        Future<?> idle = Repetition.every(loop(), maxIdle, this::closeIfIdle);
        var _ = channel().closeFuture().addListener(_ -> idle.cancel(false));
        if (proof().binding() != null) {
            connection().certificates(certificates);
            renewed();
        }
    }

    /** Announces a new certificate of the workload, if it has one; the peer then asks for it. */
    void renewed() {
        if (proof().binding() != null && outdated()) {
            certificates++;
            connection().certificates(certificates);
        }
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        if (ProofRequest.is(headers)) {
            ProofRequest proof = new ProofRequest(this, stream);
            proof.request(endStream);
            return proof;
        }
        used = true;
        if (connection().peerOffersRequests() && !"CONNECT".contentEquals(String.valueOf(headers.method()))) {
            return requests.onRequest(stream, headers, endStream);
        }
        InboundStream session = new InboundStream(sidecar(), this, stream);
        session.request(headers, endStream);
        return session;
    }

    /**
     * Closes the tunnel if it was unused since the last check. A periodic check costs nothing when sessions come and
     * go.
     */
    private void closeIfIdle() {
        if (!used && connection().openStreams() == 0) {
            sidecar().metrics().event("idle-tunnel-closed");
            connection().goAway();
        }
        used = false;
    }

    @Override
    public void onClosed(Http2Connection gone, @Nullable Throwable cause) {
        requests.closed();
        super.onClosed(gone, cause);
    }

    /** Whether a proof may be judged now. If so, {@link #proofEnded} must follow. */
    boolean mayProve() {
        long now = System.nanoTime();
        if (proving || now - nextProofNanos < 0) {
            sidecar().metrics().limitHit("tunnel-proofs");
            return false;
        }
        proving = true;
        nextProofNanos = now + PROOF_INTERVAL.toNanos();
        return true;
    }

    void proofEnded() {
        proving = false;
    }

    /**
     * False without sessions: the opener closes such a tunnel or uses it for the next session, and counts it on its
     * side.
     */
    @Override
    protected boolean inUse() {
        return connection().openStreams() > 0;
    }

    void drain() {
        connection().goAway();
        requests.drain();
    }

    /** Returns the address from which the peer opened the tunnel. */
    public InetSocketAddress peerAddress() {
        return (InetSocketAddress) channel().remoteAddress();
    }
}
