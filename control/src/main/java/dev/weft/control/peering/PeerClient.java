package dev.weft.control.peering;

import dev.weft.api.v1.PeeringUpdate;
import dev.weft.control.certify.RateLimiter;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.IpPort;
import dev.weft.control.registry.Discovery;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the control planes of one trust domain, one after the other, until one answers, and follows it for as long as it can. What
 * is known stays known while none answers.
 */
final class PeerClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);

    static final String UNUSABLE = "WEFT-C065";

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);
    private static final double JITTER = 0.2;

    /** A control plane that was followed for as long as this is asked again at once when it goes. */
    private static final Duration STEADY = Duration.ofSeconds(4);

    /** Steps that a control plane may have believed in a second, over a longer time; until then it waits. */
    static final double STEPS_PER_SECOND = 2;

    /** Steps that it may have believed at once. */
    static final int STEPS_AT_ONCE = 20;

    private static final Duration PACE = Duration.ofMillis(100);

    /** What surrounds it. */
    record Surroundings(Peering.ClientTls tls, TrustSource trust, Clock clock, Runnable changed) {}

    /** What is believed of the trust domain, and where its addresses therefore lead. */
    private record Known(Import content, Directory directory) {}

    private final TrustDomain peer;
    private final Discovery discovery;
    private final Surroundings around;
    private final Semaphore wake = new Semaphore(0);
    private final RateLimiter steps;
    private final Thread thread;
    private volatile @Nullable Known known;
    private volatile @Nullable PeerConnection connection;
    private volatile @Nullable TrustBundle under;
    private volatile boolean connected;
    private volatile boolean closed;
    private volatile Instant since;
    private volatile String problem = "";
    private volatile String asked = "";
    /** All that the peer told, believed or not: what its next step begins from. */
    private Exports told = Exports.NONE; // owned by the thread, and by the constructor

    PeerClient(TrustDomain peer, Discovery discovery, Optional<Exports> kept, Surroundings around) {
        this.peer = peer;
        this.discovery = discovery;
        this.around = around;
        this.since = around.clock().instant();
        this.steps = new RateLimiter(STEPS_PER_SECOND, STEPS_AT_ONCE, 1, around.clock());
        kept.ifPresent(exports -> {
            told = exports;
            believe(exports);
        });
        this.thread = Thread.ofVirtual().name("peer " + peer).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Discovery discovery() {
        return discovery;
    }

    /** Where the trust domain's addresses lead; empty while nothing is known of it. */
    Optional<Directory> directory() {
        return Optional.ofNullable(known).map(Known::directory);
    }

    /** What may be kept of what is known. */
    Optional<Exports> believed() {
        return Optional.ofNullable(known).map(now -> now.content().accepted());
    }

    /** Why no control plane is connected; empty while one is, or none was asked yet. */
    String problem() {
        return problem;
    }

    PeerStatus status() {
        Known now = known;
        return new PeerStatus(
                peer.name(),
                connected ? "connected" : "away",
                asked,
                since,
                now == null ? 0 : now.content().accepted().workloads().size(),
                now == null ? 0 : now.content().accepted().services().size(),
                now == null ? 0 : now.content().refused(),
                problem.isEmpty() && now != null ? now.content().reason() : problem);
    }

    /** Connects anew if the trust that the connection rests on is another now. */
    void trustChanged() {
        if (!same(under, bundle())) {
            disconnect();
            wake.release();
        }
    }

    private static boolean same(@Nullable TrustBundle a, @Nullable TrustBundle b) {
        return a == null ? b == null : a.equals(b);
    }

    private @Nullable TrustBundle bundle() {
        return around.trust().bundles().byTrustDomain().get(peer);
    }

    /** Returns at once; what runs ends soon. */
    @Override
    public void close() {
        closed = true;
        disconnect();
        wake.release();
    }

    private void disconnect() {
        PeerConnection open = connection;
        if (open != null) {
            open.cut();
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

    /** Follows one control plane to the end of the stream; returns whether that was a while. */
    private boolean follow(IpPort address) throws InterruptedException {
        asked = address.toString();
        under = bundle();
        PeerTrust check = new PeerTrust(peer, around.trust(), around.clock());
        try (PeerConnection open = PeerConnection.open(address, around.tls(), check)) {
            connection = open;
            return !closed && read(open, check);
        } catch (IOException e) {
            away("no TLS: " + e.getMessage());
            return false;
        } finally {
            connection = null;
        }
    }

    private boolean read(PeerConnection open, PeerTrust check) throws InterruptedException {
        Instant began = around.clock().instant();
        boolean answered = false;
        Steps.Assembly assembly = new Steps.Assembly(told);
        try {
            Iterator<PeeringUpdate> updates = open.watch(told.version());
            while (updates.hasNext()) {
                PeeringUpdate update = updates.next();
                if (!answered) {
                    answered = true;
                    open.endWithCertificate(around.clock());
                }
                if (assembly.take(update)) {
                    learn(assembly.held());
                    while (!closed && !steps.tryAcquire(peer.name())) {
                        Thread.sleep(PACE);
                    }
                }
            }
            away("the control plane ended the stream");
        } catch (StatusRuntimeException e) {
            away(
                    check.refusal().isEmpty()
                            ? reason(e.getStatus())
                            : "the control plane at " + asked + " is not the one meant: " + check.refusal());
        } catch (Steps.BrokenException e) {
            told = Exports.NONE;
            away(UNUSABLE + ": what the control plane tells cannot be used: " + e.getMessage());
            return false;
        }
        return answered && !around.clock().instant().isBefore(began.plus(STEADY));
    }

    /** In the other's words if it said any, else what became of the connection. */
    private String reason(Status status) {
        String description = String.valueOf(status.getDescription());
        if (description.startsWith("WEFT-")) {
            return description;
        }
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

    private void learn(Exports now) {
        boolean same = connected && now.version().equals(told.version());
        told = now;
        if (!same) {
            believe(now);
        }
        if (!connected) {
            connected = true;
            problem = "";
            since = around.clock().instant();
            LOG.atInfo()
                    .addKeyValue("trustDomain", peer)
                    .addKeyValue("peer", asked)
                    .log("control plane of another trust domain connected");
        }
        if (!same) {
            around.changed().run();
        }
    }

    private void believe(Exports now) {
        Import content = Import.of(now, peer, discovery.ranges());
        Known before = known;
        known = new Known(content, content.directory());
        if (content.refused() > 0
                && (before == null || !before.content().reason().equals(content.reason()))) {
            LOG.atWarn()
                    .addKeyValue("trustDomain", peer)
                    .addKeyValue("refused", content.refused())
                    .log("{}: not believed: {}", UNUSABLE, content.reason());
        }
    }

    private void away(String why) {
        if (closed) {
            return;
        }
        if (connected || !problem.equals(why)) {
            LOG.atWarn()
                    .addKeyValue("trustDomain", peer)
                    .addKeyValue("peer", asked)
                    .log("control plane of another trust domain away: {}", why);
        }
        if (connected) {
            connected = false;
            since = around.clock().instant();
        }
        boolean reasonMatters = known == null && !problem.equals(why);
        problem = why;
        if (reasonMatters) {
            around.changed().run();
        }
    }
}
