package dev.weft.proxy.tunnel.client;

import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.tunnel.Tunnel;
import dev.weft.proxy.tunnel.proof.PeerProof;
import dev.weft.proxy.tunnel.proof.Side;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An established tunnel, on the side that opens sessions. */
public final class ClientTunnel extends Tunnel {
    /**
     * Age from which a tunnel takes no more sessions after the next renewal, because its keys are still those of its
     * handshake. AES-GCM is safe for 2^24.5 records with one key (RFC 8446 section 5.5).
     */
    static final Duration MAX_AGE = Duration.ofHours(24);
    /** Number of sessions at which a tunnel counts as busy and a second one is opened beside it. */
    static final int BUSY_STREAMS = 128;

    private final PeerTunnels owner;
    private final ProofRenewal renewal = new ProofRenewal(this);
    private final long startedNanos = System.nanoTime();
    private final PeerSilence silence;
    private @Nullable ScheduledFuture<?> idleTimer;
    private @Nullable Refusal lost;
    private final List<Session> bulk = new ArrayList<>(); // current bulk sessions, and a few former ones
    private final List<Runnable> whenKnown = new ArrayList<>();
    private boolean ready;
    private boolean answered;
    private boolean draining;
    private boolean closed;

    ClientTunnel(Sidecar sidecar, PeerTunnels owner, PeerProof proof, Channel channel) {
        super(sidecar, proof, channel, Side.CLIENT, Http2Connection::client);
        this.owner = owner;
        this.silence = new PeerSilence(
                sidecar.peerSilence(),
                () -> connection().openStreams() > 0,
                () -> connection().ping(),
                this::vanished);
    }

    @Override
    protected void start() {
        super.start();
        channel().pipeline().addFirst(silence);
        restartIdleTimer();
        renewal.start();
    }

    /** Opens a session's stream; allowed only if {@link #canOpen}. */
    public Http2Stream open(Http2Headers headers, StreamListener listener) {
        return open(headers, false, listener);
    }

    /** Opens a stream; allowed only if {@link #canOpen}. */
    public Http2Stream open(Http2Headers headers, boolean endStream, StreamListener listener) {
        if (idleTimer != null) {
            idleTimer.cancel(false);
            idleTimer = null;
        }
        silence.watch();
        return connection().open(headers, endStream, listener);
    }

    /** Returns why the tunnel was lost, if its peer has vanished; its endpoints are not usable then. */
    public @Nullable Refusal lost() {
        return lost;
    }

    /** Whether it is known what the peer's sidecar supports. */
    public boolean known() {
        return ready;
    }

    /** Whether the peer supports requests that travel as streams of their own; valid once {@link #known}. */
    public boolean takesRequests() {
        return connection().peerOffersRequests();
    }

    /** Runs the task once it is known what the peer's sidecar supports, or once the tunnel has closed. */
    public void whenKnown(Runnable task) {
        if (ready || closed) {
            task.run();
        } else {
            whenKnown.add(task);
        }
    }

    /** Notes that a request was answered in the tunnel. */
    public void answered() {
        answered = true;
    }

    /** Whether a request was answered in the tunnel. */
    public boolean hasAnswered() {
        return answered;
    }

    private void runWaiting() {
        List<Runnable> tasks = List.copyOf(whenKnown);
        whenKnown.clear();
        tasks.forEach(Runnable::run);
    }

    /**
     * Whether the tunnel may carry further requests: it is neither closing nor about to be replaced by a newer tunnel.
     */
    public boolean lasting() {
        return !draining && !closed;
    }

    /** Whether one more stream can be opened now. */
    public boolean canOpen() {
        return !draining && !closed && connection().canOpen();
    }

    /** Number of streams that carry sessions. */
    int sessions() {
        return connection().openStreams() - (renewal.inFlight() ? 1 : 0);
    }

    /** Whether sessions may keep using the tunnel with the workload's next certificate. */
    boolean lasts() {
        return sessions() > 0 && renewal.possible() && System.nanoTime() - startedNanos < MAX_AGE.toNanos();
    }

    /** Handles a new certificate of the workload. */
    void renewed() {
        renewal.soon();
    }

    /** Handles a failed renewal: new sessions should begin with a handshake in another tunnel. */
    void notRenewed() {
        owner.retire(this);
    }

    /** Also true without sessions, because the next session may use the tunnel until it is drained. */
    @Override
    protected boolean inUse() {
        return !closed;
    }

    int load() {
        return connection().openStreams() + bulkSessions() * BUSY_STREAMS;
    }

    boolean busy() {
        return connection().openStreams() >= BUSY_STREAMS || bulkSessions() > 0;
    }

    private int bulkSessions() {
        if (!bulk.isEmpty()) {
            long now = System.nanoTime();
            bulk.removeIf(session -> !session.bulk(now));
        }
        return bulk.size();
    }

    /** Notes that a session moves so much data that small sessions are better off in another tunnel. */
    public void bulkBegan(Session session) {
        if (!bulk.contains(session)) {
            bulk.add(session);
        }
        owner.busier();
    }

    /** Takes no new sessions, and closes when the open ones have ended. */
    void drain() {
        draining = true;
        closeIfUnused();
    }

    /** Closes a drained tunnel without sessions, but not earlier: without new streams it could not be proven again. */
    private void closeIfUnused() {
        if (draining && !closed && sessions() == 0) {
            connection().goAway();
        }
    }

    @Override
    public void onReady(Http2Connection ready) {
        this.ready = true;
        owner.changed();
        runWaiting();
    }

    @Override
    public void onPeerCertificate(Http2Connection renewed) {
        boolean other = connection().peerCertificates() > 1; // the first certificate is the handshake's
        if (other || outdated()) {
            renewal.soon();
        }
    }

    @Override
    public void onGoAway(Http2Connection going) {
        draining = true;
        owner.gone(this);
    }

    @Override
    public void onStreamClosed(Http2Connection changed) {
        closeIfUnused();
        if (sessions() == 0 && idleTimer == null) {
            restartIdleTimer();
        }
        owner.changed();
    }

    @Override
    public void onClosed(Http2Connection gone, @Nullable Throwable cause) {
        closed = true;
        renewal.stop();
        silence.stop();
        if (idleTimer != null) {
            idleTimer.cancel(false);
        }
        super.onClosed(gone, cause);
        owner.gone(this);
        runWaiting();
    }

    private void restartIdleTimer() {
        idleTimer = channel().eventLoop().schedule(this::drain, MAX_IDLE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void vanished() {
        lost = Refusal.of(
                Refusal.Code.PEER_SILENT,
                "the sidecar of " + peerIdentity() + " has sent nothing for a time, not even the answer to a PING");
        sidecar().metrics().event("silent-peer");
        connection().abort(ErrorCode.NO_ERROR);
    }
}
