package dev.weft.proxy.tunnel;

import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A tunnel that another sidecar opened. */
final class ServerTunnel extends Tunnel {
    /** The peer may prove itself anew once in this time; one that keeps to it waits longer between two tries. */
    static final Duration PROOF_INTERVAL = ProofRenewal.LEAST_INTERVAL.dividedBy(2);

    private int certificates = 1;
    private boolean proving;
    private long nextProofNanos;

    ServerTunnel(Sidecar sidecar, PeerProof proof, Channel channel) {
        super(sidecar, proof, channel, Side.SERVER, Http2Connection::server);
    }

    @Override
    void start() {
        super.start();
        nextProofNanos = System.nanoTime();
        if (proof().binding() != null) {
            connection.certificates(certificates);
            renewed();
        }
    }

    /** Where the workload has another certificate by now, has the peer ask for it. */
    void renewed() {
        if (proof().binding() != null && outdated()) {
            certificates++;
            connection.certificates(certificates);
        }
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        if (ProofRequest.is(headers)) {
            ProofRequest proof = new ProofRequest(this, stream);
            proof.request(endStream);
            return proof;
        }
        InboundStream session = new InboundStream(sidecar, this, stream);
        session.request(headers, endStream);
        return session;
    }

    /** Whether a proof may be judged now; if so, {@link #proofEnded} follows. */
    boolean mayProve() {
        long now = System.nanoTime();
        if (proving || now - nextProofNanos < 0) {
            sidecar.metrics().limitHit("tunnel-proofs");
            return false;
        }
        proving = true;
        nextProofNanos = now + PROOF_INTERVAL.toNanos();
        return true;
    }

    void proofEnded() {
        proving = false;
    }

    void drain() {
        connection.goAway();
    }

    InetSocketAddress peerAddress() {
        return (InetSocketAddress) channel.remoteAddress();
    }
}
