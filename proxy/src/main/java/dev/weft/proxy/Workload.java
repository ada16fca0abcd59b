package dev.weft.proxy;

import static dev.weft.proxy.capture.Sockets.Peer.APPLICATION;
import static dev.weft.proxy.capture.Sockets.Peer.NETWORK;
import static dev.weft.proxy.capture.Sockets.Peer.SIDECAR;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.capture.OriginalDestination;
import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.inbound.PlaintextServer;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.observe.AccessLog;
import dev.weft.proxy.observe.Metrics;
import dev.weft.proxy.observe.SessionRecorder;
import dev.weft.proxy.outbound.OutboundServer;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.SessionRegistry;
import dev.weft.proxy.settings.ProxySettings;
import dev.weft.proxy.tunnel.Sidecar;
import dev.weft.proxy.tunnel.TunnelServer;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that belongs to one workload: its identity and policy, its listeners, its sessions. It is told what it needs to
 * know by {@link #credentials}, {@link #bundles} and {@link #inbound}, and opens its listeners when it knows all three.
 */
public final class Workload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workload.class);
    private static final InetAddress ANY4 = InetAddress.ofLiteral("0.0.0.0");
    private static final InetAddress ANY6 = InetAddress.ofLiteral("::");
    private static final InetAddress LOOPBACK4 = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress LOOPBACK6 = InetAddress.ofLiteral("::1");
    private static final long DRAIN_POLL_MILLIS = 20;
    /** For the sessions that are closed at the end of the grace time to be gone. */
    private static final Duration CLOSE_TIME = Duration.ofSeconds(1);

    private static final Duration MIN_BIND_BACKOFF = Duration.ofMillis(200);
    private static final Duration MAX_BIND_BACKOFF = Duration.ofSeconds(10);

    private final ProxySettings settings;
    private final EventLoopGroup loops;
    private final Instant startedAt;
    private final MeshState mesh;
    private final Metrics metrics = new Metrics();
    private final AccessLog accessLog;
    private final SessionRegistry registry;
    private final Sidecar sidecar;
    private final Directory directory;
    private final OutboundServer outbound;
    private final TunnelServer tunnels;
    private final PlaintextServer plaintext;
    private final Listeners listeners = new Listeners();
    private final CountDownLatch opened = new CountDownLatch(1);
    private boolean open; // guarded by this
    private boolean retrying; // guarded by this
    private Duration bindBackoff = MIN_BIND_BACKOFF; // guarded by this
    private volatile @Nullable String bindFailure;
    private volatile boolean draining;
    private volatile @Nullable Ports ports;

    /** The ports that are bound. */
    public record Ports(int outbound, int inbound, int tunnel) {}

    public Workload(
            ProxySettings settings,
            Clock clock,
            EventLoopGroup loops,
            Directory.Subscriptions subscriptions,
            OriginalDestination outboundDestination,
            OriginalDestination inboundDestination) {
        this.settings = settings;
        this.loops = loops;
        this.startedAt = clock.instant();
        this.mesh = new MeshState(clock);
        this.accessLog = AccessLog.open(settings.accessLog());
        this.registry = new SessionRegistry(loops, clock, new SessionRecorder(metrics, accessLog, clock));
        this.sidecar = new Sidecar(mesh, new Sockets(settings.mark()), registry, metrics);
        this.directory = new Directory(subscriptions);
        this.outbound = new OutboundServer(sidecar, directory, loops, outboundDestination);
        this.tunnels = new TunnelServer(sidecar);
        this.plaintext = new PlaintextServer(sidecar, inboundDestination);
        new WorkloadGauges(this).register(metrics);
    }

    /** A new certificate: new tunnels use it, those that stand are proven anew by it. */
    public void credentials(Credentials fresh) {
        boolean first = mesh.credentials() == null;
        mesh.credentials(fresh);
        if (!first) {
            outbound.renewed();
            tunnels.renewed();
        }
        changed("credentials");
    }

    /** Whom to trust from now on; tunnels and sessions of others are closed. */
    public void bundles(TrustBundles fresh) {
        mesh.bundles(fresh);
        changed("trust bundles");
    }

    /** What to accept from now on, nothing if {@code null}; sessions that it doesn't allow are closed. */
    public void inbound(@Nullable InboundConfig config) {
        mesh.inbound(config);
        changed("policy");
    }

    private void changed(String what) {
        registry.recheck(what + " changed");
        // Binding waits for the event loop, on which news may have come: it takes a thread of its own.
        Thread _ = Thread.startVirtualThread(this::openWhenReady);
    }

    private synchronized void openWhenReady() {
        if (open || draining || !knowsEnough()) {
            return;
        }
        try {
            ports = listen();
            open = true;
            bindFailure = null;
            opened.countDown();
        } catch (RuntimeException e) {
            listeners.close();
            bindFailure = "cannot listen: " + e.getMessage();
            LOG.error("Cannot listen, trying again in {}: {}", bindBackoff, e.getMessage());
            retryLater();
        }
    }

    private synchronized void retryLater() {
        if (retrying) {
            return;
        }
        retrying = true;
        long wait = bindBackoff.toMillis();
        bindBackoff = bindBackoff.compareTo(MAX_BIND_BACKOFF.dividedBy(2)) > 0
                ? MAX_BIND_BACKOFF
                : bindBackoff.multipliedBy(2);
        var _ = loops.next().schedule(() -> Thread.startVirtualThread(this::retry), wait, TimeUnit.MILLISECONDS);
    }

    private synchronized void retry() {
        retrying = false;
        openWhenReady();
    }

    private Ports listen() {
        Sockets sockets = sidecar.sockets();
        InetSocketAddress tunnel = listeners.bind(
                "tunnel", ANY4, ANY6, settings.tunnelPort(), ip -> sockets.listener(loops, SIDECAR, ip, true, tunnels));
        InetSocketAddress inbound = listeners.bind(
                "inbound",
                ANY4,
                ANY6,
                settings.inboundPort(),
                ip -> sockets.listener(loops, NETWORK, ip, false, plaintext));
        InetSocketAddress out = listeners.bind(
                "outbound",
                LOOPBACK4,
                LOOPBACK6,
                settings.outboundPort(),
                ip -> sockets.listener(loops, APPLICATION, ip, false, outbound));
        return new Ports(out.getPort(), inbound.getPort(), tunnel.getPort());
    }

    private boolean knowsEnough() {
        return mesh.credentials() != null
                && mesh.inbound() != null
                && mesh.bundles().find(settings.trustDomain()).isPresent();
    }

    /** What is missing for readiness; empty when ready. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>();
        Credentials credentials = mesh.credentials();
        if (credentials == null) {
            missing.add("no certificate yet");
        } else if (!mesh.now().isBefore(credentials.svid().leaf().getNotAfter().toInstant())) {
            missing.add("the certificate has ended");
        }
        if (mesh.bundles().find(settings.trustDomain()).isEmpty()) {
            missing.add("no trust bundle of " + settings.trustDomain() + " yet");
        }
        if (mesh.inbound() == null) {
            missing.add("no policy yet");
        }
        String failure = bindFailure;
        if (failure != null) {
            missing.add(failure);
        }
        if (draining) {
            missing.add("draining");
        }
        return missing;
    }

    /** The workload's directory, to be fed with the control plane's answers. */
    public Directory directory() {
        return directory;
    }

    /** The metrics. */
    public Metrics metrics() {
        return metrics;
    }

    /** The sessions. */
    public SessionRegistry registry() {
        return registry;
    }

    /** What the workload knows. */
    public MeshState mesh() {
        return mesh;
    }

    /** The settings. */
    public ProxySettings settings() {
        return settings;
    }

    /** The bound ports; none before the workload is ready. */
    public @Nullable Ports ports() {
        return ports;
    }

    /** Returns when the listeners are open. */
    void awaitOpen() throws InterruptedException {
        opened.await();
    }

    /** The certificate's identity; none before it is there. */
    public @Nullable SpiffeId identity() {
        Credentials credentials = mesh.credentials();
        return credentials == null ? null : credentials.svid().id();
    }

    Instant startedAt() {
        return startedAt;
    }

    OutboundServer outbound() {
        return outbound;
    }

    AccessLog accessLog() {
        return accessLog;
    }

    /** Stops accepting, lets sessions finish for as long as the grace time, closes those that are left, then returns. */
    public void drain() throws InterruptedException {
        synchronized (this) {
            draining = true;
            listeners.close();
        }
        tunnels.drain();
        outbound.drainTunnels();
        long deadline = System.nanoTime() + settings.drainGrace().toNanos();
        if (await(() -> registry.sessions().isEmpty(), deadline)) {
            // What the last sessions have said may still be on its way out: tunnels close when it has gone.
            outbound.drainTunnels();
            await(() -> registry.tunnels() == 0, deadline);
            return;
        }
        registry.closeAll(Refusal.of(
                Refusal.Code.DRAINING, "the sidecar went down after a grace time of " + settings.drainGrace()));
        await(() -> registry.sessions().isEmpty(), System.nanoTime() + CLOSE_TIME.toNanos());
    }

    private static boolean await(BooleanSupplier condition, long deadline) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(Duration.ofMillis(DRAIN_POLL_MILLIS));
        }
        return true;
    }

    /** Closes the listeners and the access log; sessions that are left end with the event loops. */
    @Override
    public synchronized void close() {
        draining = true;
        listeners.close();
        accessLog.close();
    }
}
