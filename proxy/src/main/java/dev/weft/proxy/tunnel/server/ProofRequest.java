package dev.weft.proxy.tunnel.server;

import dev.weft.identity.svid.X509Svid;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.tunnel.proof.PeerProof;
import dev.weft.proxy.tunnel.proof.ProofMessage;
import dev.weft.proxy.tunnel.proof.Side;
import dev.weft.proxy.tunnel.proof.TunnelBinding;
import dev.weft.proxy.tunnel.proof.UnprovenException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request of the peer that opened the tunnel: the peer proves itself again, and expects the same of this side. A
 * request that never ends holds at most {@link ProofMessage#MAX_BYTES}, and blocks only new proofs of its own tunnel.
 * Belongs to the tunnel's event loop.
 */
final class ProofRequest implements StreamListener {
    private static final Logger LOG = LoggerFactory.getLogger(ProofRequest.class);

    private final ServerTunnel tunnel;
    private final Http2Stream stream;
    private final ByteBuf received = Unpooled.buffer(0, ProofMessage.MAX_BYTES);
    private boolean admitted;
    private boolean answered;

    ProofRequest(ServerTunnel tunnel, Http2Stream stream) {
        this.tunnel = tunnel;
        this.stream = stream;
    }

    static boolean is(Http2Headers headers) {
        return ProofMessage.METHOD.contentEquals(Objects.requireNonNullElse(headers.method(), ""))
                && ProofMessage.PATH.contentEquals(Objects.requireNonNullElse(headers.path(), ""));
    }

    void request(boolean endStream) {
        admitted = tunnel.mayProve();
        if (!admitted) {
            refuse(Refusal.of(
                    Refusal.Code.LIMIT,
                    "one proof of a tunnel at a time, and one every " + ServerTunnel.PROOF_INTERVAL.toMillis()
                            + " ms"));
        } else if (endStream) {
            judge();
        }
    }

    @Override
    public void onHeaders(Http2Headers headers, boolean endStream) {
        if (endStream && !answered) {
            judge();
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        int bytes = data.readableBytes();
        boolean fits = !answered && bytes <= received.maxWritableBytes();
        if (fits) {
            received.writeBytes(data);
        }
        data.release();
        stream.consume(bytes);
        if (!fits) {
            unproven(new UnprovenException(
                    "malformed", "the proof is larger than " + ProofMessage.MAX_BYTES + " bytes"));
        } else if (endStream) {
            judge();
        }
    }

    private void judge() {
        Credentials own = tunnel.sidecar().mesh().credentials();
        try {
            ProofMessage message = ProofMessage.decode(ByteBufUtil.getBytes(received));
            if (own == null) {
                throw new UnprovenException("no-certificate", "this side has no certificate");
            }
            PeerProof fresh = tunnel.proof().anew(Side.CLIENT, message.nonce(), message, own.svid());
            tunnel.proven(fresh);
            answer(message.nonce(), own.svid());
        } catch (UnprovenException e) {
            unproven(e);
        }
    }

    private void answer(byte[] nonce, X509Svid own) {
        answered = true;
        tunnel.proofEnded();
        TunnelBinding binding = Objects.requireNonNull(tunnel.proof().binding(), "binding of a repeated proof");
        ProofMessage message = new ProofMessage(nonce, binding.sign(Side.SERVER, nonce, own), own.chain());
        stream.sendHeaders(new DefaultHttp2Headers().status("200"), false);
        stream.sendData(Unpooled.wrappedBuffer(message.encode()), true);
    }

    private void unproven(UnprovenException failure) {
        if (answered) {
            return;
        }
        tunnel.unproven(failure.rule(), failure.reason());
        Refusal refusal = Refusal.of(Refusal.Code.NOT_PROVEN_ANEW, failure.reason());
        LOG.atWarn()
                .addKeyValue("code", refusal.code())
                .addKeyValue("peer", tunnel.proof().peer())
                .addKeyValue("rule", failure.rule())
                .addKeyValue("until", tunnel.proof().notAfter())
                .log("Refused a tunnel's new proof: {}", refusal.reason());
        tunnel.proofEnded();
        refuse(refusal);
    }

    private void refuse(Refusal refusal) {
        answered = true;
        stream.sendHeaders(
                new DefaultHttp2Headers()
                        .status(Integer.toString(refusal.status()))
                        .add("weft-code", refusal.code())
                        .add("weft-reason", refusal.reason()),
                true);
    }

    @Override
    public void onReset(ErrorCode code) {
        if (admitted && !answered) {
            tunnel.proofEnded();
        }
        answered = true;
    }

    @Override
    public void onWritable() {}
}
