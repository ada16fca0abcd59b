package dev.weft.proxy;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.capture.OriginalDestination;
import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.control.Subscriptions;
import dev.weft.proxy.exchange.Http1Carriers;
import dev.weft.proxy.identity.Credentials;
import dev.weft.proxy.inbound.PlaintextServer;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.limit.RateLimiter;
import dev.weft.proxy.mesh.Directory;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.mesh.PolicyRefusal;
import dev.weft.proxy.names.Names;
import dev.weft.proxy.observe.AccessLog;
import dev.weft.proxy.observe.Edges;
import dev.weft.proxy.observe.RequestRecorder;
import dev.weft.proxy.observe.RequestTap;
import dev.weft.proxy.observe.SessionRecorder;
import dev.weft.proxy.observe.SidecarMetrics;
import dev.weft.proxy.outbound.CarrierChoice;
import dev.weft.proxy.outbound.OutboundServer;
import dev.weft.proxy.requests.InboundRequests;
import dev.weft.proxy.requests.OutboundRequests;
import dev.weft.proxy.session.HeldLimit;
import dev.weft.proxy.session.SessionRegistry;
import dev.weft.proxy.settings.HttpSettings;
import dev.weft.proxy.settings.ProxySettings;
import dev.weft.proxy.sidecar.OwnPorts;
import dev.weft.proxy.sidecar.Requests;
import dev.weft.proxy.sidecar.Sidecar;
import dev.weft.proxy.trace.Tracer;
import dev.weft.proxy.tunnel.server.TunnelServer;
import io.netty.channel.EventLoopGroup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that belongs to one workload: its identity and policy, its listeners, its sessions. It opens its listeners
 * once it has got {@link #credentials}, {@link #bundles} and {@link #inbound}.
 */
public final class Workload implements AutoCloseable {
    private final ProxySettings settings;
    private final Instant startedAt;
    private final MeshState mesh;
    private final SidecarMetrics metrics = new SidecarMetrics();
    private final AccessLog accessLog;
    private final long maxHeld;
    private final SessionRegistry registry;
    private final Edges edges;
    private final RequestTap requestTap = new RequestTap();
    private final RateLimiter limiter = new RateLimiter(System::nanoTime);
    final Tracer tracer;
    final Sidecar sidecar;
    private final Directory directory;
    private final OutboundServer outbound;
    private final TunnelServer tunnels;
    private final Names names;
    private final DataPathListeners listeners;
    private volatile boolean draining;
    /** The ports that the listeners are bound to. */
    public record Ports(int outbound, int inbound, int tunnel) {}

    public Workload(
            ProxySettings settings,
            Clock clock,
            EventLoopGroup loops,
            Descriptors descriptors,
            Subscriptions subscriptions,
            OriginalDestination outboundDestination,
            OriginalDestination inboundDestination,
            Duration spread) {
        this.settings = settings;
        this.startedAt = clock.instant();
        this.mesh = new MeshState(clock);
        this.accessLog = AccessLog.open(settings.accessLog());
        SessionRecorder recorder = new SessionRecorder(metrics, accessLog, clock);
        this.edges = recorder.edges();
        this.maxHeld = HeldLimit.inThisProcess(settings.maxHeldMib());
        this.registry = new SessionRegistry(loops, clock, recorder, settings.maxSessions(), maxHeld);
        OwnPorts ownPorts = new OwnPorts(settings);
        Sockets sockets = new Sockets(settings.mark(), descriptors);
        this.tracer = Tracer.start(
                settings.traces(), sockets, loops.next(), metrics.registry(), settings.workload(), Version.text());
        Requests requests = new Requests(
                new RequestRecorder(metrics, accessLog, edges, requestTap, clock, tracer, settings.accessLogCalls()),
                settings.http());
        this.sidecar = new Sidecar(
                mesh,
                sockets,
                registry,
                metrics,
                ownPorts,
                requests,
                limiter,
                settings.connectTimeout(),
                settings.peerSilence());
        this.directory = new Directory(subscriptions, settings.unmeshedGrace(), System::nanoTime);
        this.names = new Names(settings, sidecar.sockets(), loops.next(), subscriptions, metrics);
        this.outbound = new OutboundServer(sidecar, directory, loops, outboundDestination, carriers(loops), spread);
        this.tunnels = new TunnelServer(sidecar, caller -> new InboundRequests(sidecar, caller));
        this.listeners = new DataPathListeners(
                settings,
                sidecar.sockets(),
                loops,
                new DataPathListeners.Servers(outbound, tunnels, new PlaintextServer(sidecar, inboundDestination)),
                ownPorts,
                this::knowsEnough);
        new WorkloadGauges(this).register(metrics.registry());
    }

    private CarrierChoice carriers(EventLoopGroup loops) {
        HttpSettings http = settings.http();
        return CarrierChoice.of(
                new Http1Carriers(loops, metrics.registry(), http.idle()), new OutboundRequests(), http);
    }

    /** Sets a new certificate: new tunnels use it, open tunnels are proven again with it. */
    public void credentials(Credentials fresh) {
        boolean first = mesh.credentials() == null;
        mesh.credentials(fresh);
        if (!first) {
            outbound.renewed();
            tunnels.renewed();
        }
        changed("credentials");
    }

    /** Sets whom to trust from now on; tunnels and sessions of untrusted peers are closed. */
    public void bundles(TrustBundles fresh) {
        mesh.bundles(fresh);
        changed("trust bundles");
    }

    /** Sets what to accept from now on, nothing if {@code null}; closes sessions that it does not allow. */
    public void inbound(@Nullable InboundConfig config) {
        limiter.update(config == null ? List.of() : config.rateLimits());
        mesh.inbound(config);
        changed("policy");
    }

    /** Called when the policy cannot be used: no peer is admitted any more, and peers' sessions are closed. */
    public void inboundRefused(String version, String reason) {
        mesh.refused(new PolicyRefusal(version, reason, mesh.now()), settings.trustDomain());
        changed("policy");
    }

    private void changed(String what) {
        registry.recheck(what + " changed");
        listeners.openWhenReady();
    }

    private boolean knowsEnough() {
        return mesh.credentials() != null
                && mesh.inbound() != null
                && mesh.bundles().find(settings.trustDomain()).isPresent();
    }

    /** Returns what is missing for readiness; empty when ready. */
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
        PolicyRefusal refusal = mesh.policyRefusal();
        if (refusal != null) {
            missing.add(refusal.toString());
        }
        String failure = listeners.failure();
        if (failure != null) {
            missing.add(failure);
        }
        String nameFailure = names.failure();
        if (nameFailure != null) {
            missing.add(nameFailure);
        }
        if (draining) {
            missing.add("draining");
        }
        return missing;
    }

    /** The workload's directory, which takes the control plane's answers. */
    public Directory directory() {
        return directory;
    }

    /** The workload's resolver, which has to be opened, and takes the control plane's answers. */
    public Names names() {
        return names;
    }

    /** The sidecar's metrics. */
    public SidecarMetrics metrics() {
        return metrics;
    }

    /** How many bytes sessions and tunnels may hold because their receivers do not take them. */
    long maxHeld() {
        return maxHeld;
    }

    /** The workload's open sessions and tunnels. */
    public SessionRegistry registry() {
        return registry;
    }

    /** The edges between the workload and its peers: whom it has called and who has called it. */
    public Edges edges() {
        return edges;
    }

    /** The requests that operators watch. */
    RequestTap requestTap() {
        return requestTap;
    }

    /** The workload's state: credentials, trust bundles, policy. */
    public MeshState mesh() {
        return mesh;
    }

    /** The settings that the sidecar started with. */
    public ProxySettings settings() {
        return settings;
    }

    /** Returns the bound ports, or null before the workload is ready. */
    public @Nullable Ports ports() {
        return listeners.ports();
    }

    void awaitOpen() throws InterruptedException {
        listeners.awaitOpen();
    }

    /** Returns the certificate's identity, or null before there is a certificate. */
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

    /** Stops accepting, lets sessions finish within the grace time, closes those left, then returns. */
    public void drain() throws InterruptedException {
        draining = true;
        listeners.close();
        new WorkloadDrain(outbound, tunnels, registry, settings.drainGrace()).run();
    }

    /** Closes the listeners and the access log; sessions that are left end with the event loops. */
    @Override
    public void close() {
        draining = true;
        listeners.close();
        names.close();
        accessLog.close();
        tracer.close();
    }
}
