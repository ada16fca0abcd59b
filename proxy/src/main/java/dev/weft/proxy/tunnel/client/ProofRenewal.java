package dev.weft.proxy.tunnel.client;

import dev.weft.identity.svid.X509Svid;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.loop.ClockTimer;
import dev.weft.proxy.loop.LoopTimer;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the proof of a tunnel, on the side that opened it: when either side has a new certificate, and in any case
 * before the proof in force ends. Belongs to the tunnel's event loop.
 */
final class ProofRenewal {
    private static final Logger LOG = LoggerFactory.getLogger(ProofRenewal.class);

    /** Longest time until the peer answers. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** Time over which a sidecar with a renewed certificate spreads the new proofs of its tunnels. */
    static final Duration MAX_SPREAD = Duration.ofSeconds(2);
    /** Wait after the first failure in a row; doubles up to {@link #LAST_RETRY}. */
    static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    static final Duration LAST_RETRY = Duration.ofMinutes(1);
    /** Share of the time left: after certificates are renewed, at half ± a tenth, and in time for a second attempt. */
    private static final double SHARE = 0.6;

    private static final double SPREAD = 0.1;
    private static final int MAX_DOUBLINGS = 6;
    private static final SecureRandom NONCES = new SecureRandom();

    private final ClientTunnel tunnel;
    private final ClockTimer due;
    private long earliestNanos = System.nanoTime();
    private int failures;
    private boolean again;
    private boolean stopped;
    private @Nullable Attempt attempt;

    ProofRenewal(ClientTunnel tunnel) {
        this.tunnel = tunnel;
        this.due = new ClockTimer(tunnel.loop(), this::now, this::look);
    }

    void start() {
        planNext();
        if (tunnel.outdated()) {
            soon(); // the certificate was renewed during the handshake
        }
    }

    void stop() {
        stopped = true;
        due.cancel();
    }

    /** Whether one of the tunnel's streams belongs to the renewal. */
    boolean inFlight() {
        return attempt != null && attempt.stream != null && !attempt.stream.closed();
    }

    /** Whether the peer supports a renewal. */
    boolean possible() {
        return tunnel.connection().peerCertificates() > 0 && tunnel.proof().binding() != null;
    }

    /** Renews the proof soon, because one side has a new certificate. */
    void soon() {
        if (attempt != null) {
            again = true;
            return;
        }
        Instant now = now();
        long left = Duration.between(now, tunnel.proof().notAfter()).toMillis();
        long spread = Math.clamp(left / 10, 1, MAX_SPREAD.toMillis());
        if (!stopped) {
            due.setEarlier(now.plusMillis(ThreadLocalRandom.current().nextLong(spread)));
        }
    }

    private Instant now() {
        return tunnel.sidecar().mesh().now();
    }

    private void planNext() {
        Instant now = now();
        long left = Duration.between(now, tunnel.proof().notAfter()).toMillis();
        double share = SHARE + SPREAD * ThreadLocalRandom.current().nextDouble();
        long wait = (long) (left * share);
        if (failures > 0) {
            long bound = FIRST_RETRY.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
            wait = Math.min(wait, Math.min(bound, LAST_RETRY.toMillis()));
        }
        plan(now.plusMillis(Math.max(wait, ProofMessage.LEAST_INTERVAL.toMillis())));
    }

    private void plan(Instant at) {
        if (!stopped) {
            due.set(at);
        }
    }

    private void look() {
        long early = TimeUnit.NANOSECONDS.toMillis(earliestNanos - System.nanoTime());
        if (early > 0) {
            plan(now().plusMillis(early));
        } else if (tunnel.sessions() == 0) {
            tunnel.drain(); // an unused tunnel needs no new proof
        } else {
            prove();
        }
    }

    private void prove() {
        Credentials own = tunnel.sidecar().mesh().credentials();
        TunnelBinding binding = tunnel.proof().binding();
        if (own == null) {
            planNext();
            return;
        }
        if (binding == null || !possible()) {
            tunnel.unproven("unsupported", "the peer does not say that it can prove itself again");
            planNext();
            return;
        }
        if (!tunnel.connection().canOpen()) {
            plan(now().plus(FIRST_RETRY)); // all streams are in use, or the peer is shutting down
            return;
        }
        earliestNanos = System.nanoTime() + ProofMessage.LEAST_INTERVAL.toNanos();
        byte[] nonce = new byte[ProofMessage.NONCE];
        NONCES.nextBytes(nonce);
        ProofMessage message = new ProofMessage(
                nonce, binding.sign(Side.CLIENT, nonce, own.svid()), own.svid().chain());
        Attempt next = new Attempt(nonce, own.svid());
        attempt = next;
        next.open(message);
    }

    private void ended() {
        attempt = null;
        if (again) {
            again = false;
            planNext();
            soon();
        } else {
            planNext();
        }
    }

    /** One exchange of proofs. */
    private final class Attempt implements StreamListener {
        private final byte[] nonce;
        private final X509Svid own;
        private final ByteBuf received = Unpooled.buffer(0, ProofMessage.MAX_BYTES);
        private @Nullable Http2Stream stream;
        private final LoopTimer timeout = new LoopTimer();
        private boolean accepted;
        private boolean over;

        Attempt(byte[] nonce, X509Svid own) {
            this.nonce = nonce;
            this.own = own;
        }

        void open(ProofMessage message) {
            Http2Headers headers = new DefaultHttp2Headers()
                    .method(ProofMessage.METHOD)
                    .scheme("https")
                    .path(ProofMessage.PATH);
            Http2Stream opened = tunnel.connection().open(headers, false, this);
            stream = opened;
            opened.sendData(Unpooled.wrappedBuffer(message.encode()), true);
            timeout.start(
                    tunnel.loop(), TIMEOUT, () -> failed("timeout", "no answer within " + TIMEOUT.toSeconds() + " s"));
        }

        @Override
        public void onHeaders(Http2Headers headers, boolean endStream) {
            String status = headers.status() == null ? "" : headers.status().toString();
            if (accepted || status.startsWith("1")) {
                if (endStream) {
                    judge();
                }
            } else if (status.equals("200") && !endStream) {
                accepted = true;
            } else {
                CharSequence reason = headers.get("weft-reason");
                failed("refused", reason == null ? "the peer answered " + status : "the peer refused: " + reason);
            }
        }

        @Override
        public void onData(ByteBuf data, boolean endStream) {
            int bytes = data.readableBytes();
            boolean fits = bytes <= received.maxWritableBytes();
            if (fits && !over) {
                received.writeBytes(data);
            }
            data.release();
            if (stream != null) {
                stream.consume(bytes);
            }
            if (!fits) {
                failed("malformed", "the answer is larger than " + ProofMessage.MAX_BYTES + " bytes");
            } else if (endStream) {
                judge();
            }
        }

        private void judge() {
            if (over) {
                return;
            }
            try {
                ProofMessage message = ProofMessage.decode(ByteBufUtil.getBytes(received));
                PeerProof fresh = tunnel.proof().anew(Side.SERVER, nonce, message, own);
                end();
                failures = 0;
                tunnel.proven(fresh);
                LOG.debug("Tunnel {} with {} is proven until {}", tunnel.id(), fresh.peer(), fresh.notAfter());
                ended();
            } catch (UnprovenException e) {
                failed(e.rule(), e.reason());
            }
        }

        @Override
        public void onReset(ErrorCode code) {
            if (code == ErrorCode.CONNECT_ERROR) {
                end(); // the tunnel itself is gone
            } else {
                failed("reset", "the exchange was broken off: " + code);
            }
        }

        @Override
        public void onWritable() {}

        private void end() {
            over = true;
            timeout.cancel();
        }

        private void failed(String result, String reason) {
            if (over) {
                return;
            }
            end();
            if (stream != null) {
                stream.reset(ErrorCode.CANCEL);
            }
            Refusal refusal = Refusal.of(Refusal.Code.NOT_PROVEN_ANEW, reason);
            failures++;
            tunnel.unproven(result, refusal.reason());
            (failures == 1 ? LOG.atWarn() : LOG.atDebug())
                    .addKeyValue("code", refusal.code())
                    .addKeyValue("peer", tunnel.proof().peer())
                    .addKeyValue("until", tunnel.proof().notAfter())
                    .log("A tunnel was not proven again with a new certificate: {}", refusal.reason());
            ended();
            tunnel.notRenewed();
        }
    }
}
