package dev.weft.proxy.tunnel.client;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.http2.Http2Connection;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
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

/** A tunnel that stands, on the side that opens sessions. */
public final class ClientTunnel extends Tunnel {
    /**
     * A tunnel that is older takes no more sessions after the next renewal: its keys are those of its handshake. AES-GCM is
     * good for 2^24.5 records of one key (RFC 8446 section 5.5).
     */
    static final Duration MAX_AGE = Duration.ofHours(24);
    /** Sessions from which on a tunnel counts as busy and another one is made beside it. */
    static final int BUSY_STREAMS = 128;

    private final PeerTunnels owner;
    private final ProofRenewal renewal = new ProofRenewal(this);
    private final long startedNanos = System.nanoTime();
    private @Nullable ScheduledFuture<?> idleTimer;
    private final List<Session> bulk = new ArrayList<>(); // of those that are, and a few that were
    private final List<Runnable> whenKnown = new ArrayList<>();
    private boolean ready;
    private boolean answered;
    private boolean draining;
    private boolean closed;

    ClientTunnel(Sidecar sidecar, PeerTunnels owner, PeerProof proof, Channel channel) {
        super(sidecar, proof, channel, Side.CLIENT, Http2Connection::client);
        this.owner = owner;
    }

    @Override
    protected void start() {
        super.start();
        restartIdleTimer();
        renewal.start();
    }

    /** Opens a session's stream; only when {@link #canOpen}. */
    public Http2Stream open(Http2Headers headers, StreamListener listener) {
        return open(headers, false, listener);
    }

    /** Opens a stream; only when {@link #canOpen}. */
    public Http2Stream open(Http2Headers headers, boolean endStream, StreamListener listener) {
        if (idleTimer != null) {
            idleTimer.cancel(false);
            idleTimer = null;
        }
        return connection().open(headers, endStream, listener);
    }

    /** Whether it is known what the peer's sidecar takes. */
    public boolean known() {
        return ready;
    }

    /** Whether it takes requests that travel as streams of their own; once that is known. */
    public boolean takesRequests() {
        return connection().peerOffersRequests();
    }

    /** Runs this once it is known what the peer's sidecar takes, or the tunnel has closed. */
    public void whenKnown(Runnable task) {
        if (ready || closed) {
            task.run();
        } else {
            whenKnown.add(task);
        }
    }

    /** A request has been answered in it. */
    public void answered() {
        answered = true;
    }

    /** Whether one has. */
    public boolean hasAnswered() {
        return answered;
    }

    private void runWaiting() {
        List<Runnable> tasks = List.copyOf(whenKnown);
        whenKnown.clear();
        tasks.forEach(Runnable::run);
    }

    /** Whether what it carries may go on with other requests: it is neither closing, nor to be replaced by a newer one. */
    public boolean lasting() {
        return !draining && !closed;
    }

    /** Whether one more stream can be opened now. */
    public boolean canOpen() {
        return !draining && !closed && connection().canOpen();
    }

    /** Streams that carry sessions. */
    int sessions() {
        return connection().openStreams() - (renewal.inFlight() ? 1 : 0);
    }

    /** Whether sessions may go on to use it under the workload's next certificate. */
    boolean lasts() {
        return sessions() > 0 && renewal.possible() && System.nanoTime() - startedNanos < MAX_AGE.toNanos();
    }

    /** The workload has another certificate. */
    void renewed() {
        renewal.soon();
    }

    /** It could not be proven again: new sessions had better begin with a handshake. */
    void notRenewed() {
        owner.retire(this);
    }

    /** Also without sessions: the next one may take it, until it is drained. */
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

    /** A session of this tunnel moves so much that small ones are better off in another. */
    public void bulkBegan(Session session) {
        if (!bulk.contains(session)) {
            bulk.add(session);
        }
        owner.busier();
    }

    /** The workload's identity. */
    public SpiffeId localIdentity() {
        return proof().local();
    }

    /** The peer's proven identity. */
    public SpiffeId peerIdentity() {
        return proof().peer();
    }

    /** TLS version and cipher. */
    public String tls() {
        return proof().tls();
    }

    /** No new sessions; closes when those that are open have ended. */
    void drain() {
        draining = true;
        closeIfUnused();
    }

    /** Not before: a tunnel in which no stream can be opened could not be proven again. */
    private void closeIfUnused() {
        if (draining && !closed && sessions() == 0) {
            connection().goAway();
        }
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        throw new IllegalStateException("request from the serving side of a tunnel (expected: none)");
    }

    @Override
    public void onReady(Http2Connection ready) {
        this.ready = true;
        owner.changed();
        runWaiting();
    }

    @Override
    public void onPeerCertificate(Http2Connection renewed) {
        if (connection().peerCertificates() > 1) { // the first is the handshake's
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
}
