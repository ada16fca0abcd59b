package dev.weft.control.peering;

import dev.weft.api.v1.Destination;
import dev.weft.control.attest.AttestationStage;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.certify.CertificateRecords;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.certify.Descents;
import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.certify.LeafSigner;
import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.certify.MeshMembers;
import dev.weft.control.directory.Directory;
import dev.weft.control.gate.ConnectionGate;
import dev.weft.control.gate.Limits;
import dev.weft.control.jwt.JwtKeys;
import dev.weft.control.jwt.JwtService;
import dev.weft.control.lead.Leadership;
import dev.weft.control.server.ControlServer;
import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.ExpectedProxy;
import dev.weft.control.watch.MeshState;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.policy.model.Cidr;
import io.grpc.BindableService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** One trust domain's control plane, on a real socket, as far as it peers with others. */
final class Side implements AutoCloseable {

    private static final Duration LEAF = Duration.ofHours(1);

    final TrustDomain domain;
    final TrustSource trust;
    final ControlServer server;
    final Peering peering;
    private final LiveIssuer issuer;
    private final List<Cidr> ranges;
    private final Map<TrustDomain, TrustDomainObject> declared = new HashMap<>();
    private volatile MeshState told = MeshState.EMPTY;
    /** The sequence of each other's bundle, as it was told. */
    final Map<TrustDomain, Long> newer = new ConcurrentHashMap<>();
    /** Of the own mesh. */
    volatile List<ExpectedProxy> proxies = List.of();

    private final AtomicInteger changes = new AtomicInteger();
    /** Whether it fails, once, when it takes what another tells. */
    volatile boolean failsOnce;

    /** @param port 0 for any */
    Side(String name, Path directory, int port, String... ranges) throws IOException {
        this(name, directory, port, Clock.systemUTC(), Peering::service, PeerStream.Limits.STANDARD, ranges);
    }

    /** @param limits how long it waits for others */
    Side(String name, Path directory, PeerStream.Limits limits, String... ranges) throws IOException {
        this(name, directory, 0, Clock.systemUTC(), Peering::service, limits, ranges);
    }

    /** @param served what it answers others with */
    Side(
            String name,
            Path directory,
            int port,
            Clock clock,
            Function<Peering, BindableService> served,
            String... ranges)
            throws IOException {
        this(name, directory, port, clock, served, PeerStream.Limits.STANDARD, ranges);
    }

    private Side(
            String name,
            Path directory,
            int port,
            Clock clock,
            Function<Peering, BindableService> served,
            PeerStream.Limits limits,
            String... ranges)
            throws IOException {
        domain = TrustDomain.parse(name);
        this.ranges = List.of(ranges).stream().map(Cidr::parse).toList();
        Metrics metrics = new Metrics();
        ControlState state = ControlState.initialise(directory, domain, clock);
        trust = new TrustSource(domain, state.store());
        issuer = new LiveIssuer(state, trust, clock);
        AuditLog audit = AuditLog.toLog();
        Machines machines = new Machines(state.machines(), clock);
        CertificateService certificates = new CertificateService(
                new LeafSigner(domain, issuer, trust, SignatureProvider.JDK, LEAF, clock),
                new CertificateRecords(
                        new JoinTokens(state.tokens(), clock),
                        machines,
                        new Descents(state.descents(), clock),
                        MeshMembers.ANYONE),
                AttestationStage.none(metrics),
                IssuingQueue.ofThisMachine(),
                audit,
                metrics);
        JwtKeys jwtKeys = new JwtKeys(state.store(), trust, Leadership.ALONE, clock);
        peering = new Peering(
                domain,
                directory,
                trust,
                clock,
                this::take,
                new Peering.Bundles(
                        true,
                        (of, least) -> proxies.stream()
                                .filter(proxy -> proxy.acknowledged(of.name()) < least)
                                .toList(),
                        (of, sequence) -> newer.put(of, sequence)),
                metrics,
                limits);
        server = ControlServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                domain,
                LEAF,
                issuer,
                trust,
                certificates,
                new JwtService(
                        domain,
                        jwtKeys,
                        trust,
                        machines,
                        MeshMembers.ANYONE,
                        audit,
                        JwtService.newQueue(),
                        clock,
                        metrics),
                List.of(served.apply(peering)),
                new ConnectionGate(Limits.STANDARD, metrics),
                Optional.empty(),
                clock);
        peering.start(server::clientTls);
    }

    private void take(MeshState mesh) {
        if (failsOnce && Thread.currentThread().getName().startsWith("peer ")) {
            failsOnce = false;
            throw new IllegalStateException("the test's");
        }
        told = mesh;
        changes.incrementAndGet();
    }

    /** How often something has become known, or may have. */
    int changes() {
        return changes.get();
    }

    Issuer issuer() {
        return issuer.usable().orElseThrow();
    }

    /** Says that this is what the own mesh has. */
    void has(Directory own) {
        peering.accept(new MeshState(Map.of(), own, List.of()));
    }

    /** Says of another what the registry would. */
    void declare(Side other, int port, TrustBundle.State state) {
        declare(new TrustDomainObject(
                other.domain,
                other.trust.own().anchors(),
                List.of(),
                state,
                state == TrustBundle.State.DISABLED ? Optional.of("it was stolen") : Optional.empty(),
                Optional.empty(),
                Optional.of(new Discovery(List.of(new IpPort(InetAddress.getLoopbackAddress(), port)), other.ranges))));
    }

    void declare(Side other) {
        declare(other, other.server.port(), TrustBundle.State.ACTIVE);
    }

    /** Says of another only what proves it; nobody is asked. */
    void trust(Side other) {
        declare(new TrustDomainObject(
                other.domain,
                other.trust.own().anchors(),
                List.of(),
                TrustBundle.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    }

    void declare(TrustDomainObject object) {
        declared.put(object.trustDomain(), object);
        trust.changeDeclared(new DeclaredTrust(declared, Map.of()));
        peering.accept(told);
    }

    void forget(Side other) {
        declared.remove(other.domain);
        trust.changeDeclared(new DeclaredTrust(declared, Map.of()));
        peering.accept(told);
    }

    Destination destination(String address) {
        return told.directory().destination(IpPort.parse(address).orElseThrow());
    }

    PeerStatus peer() {
        return peering.peers().getFirst();
    }

    @Override
    public void close() {
        peering.close();
        server.close();
    }
}
