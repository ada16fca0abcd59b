package dev.weft.control.peering;

import dev.weft.api.v1.RefusedCall;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.tls.ClientTls;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.refusal.Refusals;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.IpPort;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the control planes of one trust domain: connects to one after the other until one answers, and stays with
 * that one as long as possible. What it has learned remains known while none answers.
 */
final class PeerClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);

    static final String UNUSABLE = "WEFT-C065";

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);
    private static final double JITTER = 0.2;

    /** If a connection lasted at least this long, the next attempt after its end is soon. */
    private static final Duration STEADY = Duration.ofSeconds(4);

    /** What the client uses of its environment. */
    record Dependencies(
            ClientTls tls,
            TrustSource trust,
            Clock clock,
            Runnable changed,
            LongConsumer newerBundle,
            PeerStream.Limits limits) {}

    private final TrustDomain peer;
    private final Discovery discovery;
    private final Dependencies dependencies;
    private final Semaphore wake = new Semaphore(0);
    private final PeerKnowledge knowledge;
    private final PeerStream stream;
    private final Thread thread;
    private volatile @Nullable PeerConnection connection;
    private volatile @Nullable TrustBundle verifiedWith;
    private volatile boolean connected;
    private volatile boolean closed;
    private volatile Instant since;
    private volatile String problem = "";
    private volatile String asked = "";

    PeerClient(TrustDomain peer, Discovery discovery, Optional<Exports> kept, Dependencies around) {
        this.peer = peer;
        this.discovery = discovery;
        this.dependencies = around;
        this.since = dependencies.clock().instant();
        this.knowledge = new PeerKnowledge(peer, discovery, kept);
        this.stream = new PeerStream(knowledge, around.limits(), around.clock(), () -> closed, around.newerBundle());
        this.thread = Thread.ofVirtual().name("peer " + peer).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Discovery discovery() {
        return discovery;
    }

    PeerKnowledge knowledge() {
        return knowledge;
    }

    LinkedDomain linked() {
        return knowledge.linked(
                connected ? "" : "its control plane is away" + (problem.isEmpty() ? "" : ": " + problem));
    }

    /** Returns why no control plane is connected; empty while one is, or before the first attempt. */
    String problem() {
        return problem;
    }

    PeerStatus status() {
        Optional<Import> content = knowledge.content();
        return new PeerStatus(
                peer.name(),
                connected ? "connected" : "away",
                asked,
                since,
                content.map(now -> now.accepted().workloads().size()).orElse(0),
                content.map(now -> now.accepted().services().size()).orElse(0),
                content.map(Import::refused).orElse(0),
                problem.isEmpty() ? content.map(Import::reason).orElse("") : problem);
    }

    /** Reconnects if the trust that verified the connection has changed. */
    void trustChanged() {
        if (!Objects.equals(verifiedWith, bundle())) {
            disconnect();
            wake.release();
        }
    }

    private @Nullable TrustBundle bundle() {
        return dependencies.trust().bundles().byTrustDomain().get(peer);
    }

    /** Stops the client. Returns at once; its thread ends soon. */
    @Override
    public void close() {
        closed = true;
        disconnect();
        wake.release();
    }

    private void disconnect() {
        PeerConnection open = connection;
        if (open != null) {
            open.shutdown();
        }
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        int next = 0;
        try {
            while (!closed) {
                IpPort address =
                        discovery.addresses().get(next++ % discovery.addresses().size());
                boolean steady = follow(address);
                pause = steady ? FIRST_PAUSE : min(pause.multipliedBy(2), LONGEST_PAUSE);
                double factor = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
                if (!closed && wake.tryAcquire((long) (pause.toMillis() * factor), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                    pause = FIRST_PAUSE;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Follows one control plane until its stream ends; returns whether that took at least {@link #STEADY}. */
    private boolean follow(IpPort address) throws InterruptedException {
        asked = address.toString();
        try {
            verifiedWith = bundle();
            PeerTrust check = new PeerTrust(peer, dependencies.trust(), dependencies.clock());
            try (PeerConnection open = PeerConnection.open(address, dependencies.tls(), check)) {
                connection = open;
                return !closed && read(open, check);
            }
        } catch (IOException e) {
            disconnected("no TLS: " + e.getMessage());
            return false;
        } catch (RuntimeException e) { // must not end the thread: the trust domain would not be followed any more
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("trustDomain", peer)
                    .log("following another trust domain failed; tried again");
            lost("following it failed here; the control plane's log says why");
            return false;
        } finally {
            connection = null;
        }
    }

    private boolean read(PeerConnection open, PeerTrust check) throws InterruptedException {
        Instant began = dependencies.clock().instant();
        try {
            stream.read(open, this::exportsReceived);
            disconnected("the control plane ended the stream");
        } catch (StatusRuntimeException e) {
            disconnected(open.overdue()
                    .map(overdue -> "the control plane at " + asked + " " + overdue)
                    .orElseGet(() -> check.refusal().isEmpty()
                            ? reason(e)
                            : "the control plane at " + asked + " is not the one meant: " + check.refusal()));
        } catch (ExportSteps.InvalidStepException e) {
            knowledge.forgetReceived();
            disconnected(UNUSABLE + ": what the control plane tells cannot be used: " + e.getMessage());
            return false;
        }
        return stream.answered() && !dependencies.clock().instant().isBefore(began.plus(STEADY));
    }

    /**
     * Returns why the connection failed: the other side's refusal if it sent one, otherwise the error of the
     * connection.
     */
    private String reason(StatusRuntimeException failure) {
        Optional<RefusedCall> refusal = RefusedException.read(failure);
        if (refusal.isPresent()) {
            return Refusals.text(refusal.get());
        }
        Status status = failure.getStatus();
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return "the control plane at " + asked + " ends the handshake: it does not trust this trust domain";
            }
            if (cause instanceof IOException && cause.getCause() == null) {
                return "no connection to " + asked + ": " + cause.getMessage();
            }
        }
        return "the stream from " + asked + " ended: " + status.getCode();
    }

    private void exportsReceived(boolean another) {
        boolean news = another || !connected;
        if (!connected) {
            connected = true;
            problem = "";
            since = dependencies.clock().instant();
            LOG.atInfo()
                    .addKeyValue("trustDomain", peer)
                    .addKeyValue("peer", asked)
                    .log("control plane of another trust domain connected");
        }
        if (news) {
            dependencies.changed().run();
        }
    }

    private void disconnected(String why) {
        if (closed) {
            return;
        }
        if (connected || !problem.equals(why)) {
            LOG.atWarn()
                    .addKeyValue("trustDomain", peer)
                    .addKeyValue("peer", asked)
                    .log("control plane of another trust domain away: {}", why);
        }
        boolean reasonMatters = knowledge.content().isEmpty() && !problem.equals(why);
        lost(why);
        if (reasonMatters) {
            dependencies.changed().run();
        }
    }

    private void lost(String why) {
        if (connected) {
            connected = false;
            since = dependencies.clock().instant();
        }
        problem = why;
    }
}
