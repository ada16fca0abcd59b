package dev.weft.control.server;

import dev.weft.api.v1.Inbound;
import dev.weft.control.attest.AttestationStage;
import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.certify.CertificateRecords;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.certify.Descents;
import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.certify.LeafSigner;
import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.directory.Directory;
import dev.weft.control.gate.ConnectionGate;
import dev.weft.control.gate.Limits;
import dev.weft.control.jwt.JwtKeys;
import dev.weft.control.jwt.JwtService;
import dev.weft.control.lead.Leadership;
import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.BundleContent;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.MeshStates;
import dev.weft.control.watch.ServedWorkload;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.SignatureProvider;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.X509Svid;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A control plane on real sockets, whose mesh the test makes by hand. */
final class TestPlane implements AutoCloseable {

    static final TrustDomain DOMAIN = TrustDomain.parse("test.example");
    static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");
    static final SpiffeId API = SpiffeId.ofServiceAccount(DOMAIN, "shop", "api");

    final ControlState state;
    final TrustSource trust;
    final LiveIssuer issuer;
    final JoinTokens tokens;
    final Machines machines;
    final Descents descents;
    final MeshEndpoint mesh;
    final GateGauges gate;
    final ControlServer server;
    final Path auditFile;
    final Metrics metrics;
    /** Of JWT-SVIDs: one turn, two places. */
    final IssuingQueue jwtQueue;

    final AttestationStage attestation;
    final CertificateService certificates;

    private final AuditLog audit;

    private record Platform(Optional<WorkloadAttestor> attestor, AttestationStage.Limits limits) {
        static final Platform NONE = new Platform(Optional.empty(), AttestationStage.STANDARD);
    }

    private TestPlane(Path directory, Duration leafLifetime, IssuingQueue queue, Limits limits) throws IOException {
        this(directory, leafLifetime, queue, limits, Platform.NONE, Clock.systemUTC());
    }

    private TestPlane(
            Path directory, Duration leafLifetime, IssuingQueue queue, Limits limits, Platform platform, Clock clock)
            throws IOException {
        metrics = new Metrics();
        state = ControlState.initialise(directory, DOMAIN, clock);
        trust = new TrustSource(DOMAIN, state.store());
        JwtKeys jwtKeys = new JwtKeys(state.store(), trust, Leadership.ALONE, clock);
        issuer = new LiveIssuer(state, trust, clock);
        tokens = new JoinTokens(state.tokens(), clock);
        machines = new Machines(state.machines(), clock);
        descents = new Descents(state.descents(), clock);
        trust.descendBy(descents::revoke);
        auditFile = directory.resolve("audit.log");
        audit = AuditLog.toFile(auditFile);
        mesh = new MeshEndpoint(trust, clock, metrics);
        attestation = new AttestationStage(platform.attestor(), platform.limits(), metrics);
        certificates = new CertificateService(
                new LeafSigner(DOMAIN, issuer, trust, SignatureProvider.JDK, leafLifetime, clock),
                new CertificateRecords(tokens, machines, descents, mesh),
                attestation,
                queue,
                audit,
                metrics);
        jwtQueue = new IssuingQueue(1, 2, Duration.ofSeconds(10));
        JwtService jwts = new JwtService(DOMAIN, jwtKeys, trust, machines, mesh, audit, jwtQueue, clock, metrics);
        gate = new GateGauges(metrics);
        server = ControlServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                DOMAIN,
                leafLifetime,
                issuer,
                trust,
                certificates,
                jwts,
                List.of(mesh),
                new ConnectionGate(limits, metrics),
                Optional.empty(),
                clock);
        publish(Map.of("shop/web", WEB, "shop/api", API), Directory.of(List.of(), List.of()));
    }

    static TestPlane start(Path directory) throws IOException {
        return start(directory, Duration.ofHours(1));
    }

    static TestPlane start(Path directory, Duration leafLifetime) throws IOException {
        return new TestPlane(directory, leafLifetime, IssuingQueue.ofThisMachine(), Limits.STANDARD);
    }

    static TestPlane start(Path directory, IssuingQueue queue) throws IOException {
        return new TestPlane(directory, Duration.ofHours(1), queue, Limits.STANDARD);
    }

    static TestPlane start(Path directory, Clock clock) throws IOException {
        return new TestPlane(
                directory, Duration.ofHours(1), IssuingQueue.ofThisMachine(), Limits.STANDARD, Platform.NONE, clock);
    }

    static TestPlane start(Path directory, Limits limits) throws IOException {
        return new TestPlane(directory, Duration.ofHours(1), IssuingQueue.ofThisMachine(), limits);
    }

    /** One whose workloads have tokens of a platform. */
    static TestPlane start(
            Path directory, IssuingQueue queue, WorkloadAttestor attestor, AttestationStage.Limits limits)
            throws IOException {
        return new TestPlane(
                directory,
                Duration.ofHours(1),
                queue,
                Limits.STANDARD,
                new Platform(Optional.of(attestor), limits),
                Clock.systemUTC());
    }

    /** One whose workloads have tokens of a platform, at another time. */
    static TestPlane start(Path directory, WorkloadAttestor attestor, Clock clock) throws IOException {
        return new TestPlane(
                directory,
                Duration.ofHours(1),
                IssuingQueue.ofThisMachine(),
                Limits.STANDARD,
                new Platform(Optional.of(attestor), AttestationStage.STANDARD),
                clock);
    }

    /** Workloads of one identity, each with what tells it from others of its name. */
    void publishInstances(SpiffeId id, Map<String, String> instances) {
        Map<String, ServedWorkload> served = new HashMap<>();
        instances.forEach((name, instance) -> served.put(
                name,
                new ServedWorkload(
                        id,
                        instance,
                        false,
                        List.of(),
                        () -> Inbound.newBuilder().setWorkload(name).build())));
        publish(served, Directory.of(List.of(), List.of()), 0);
    }

    /** Publishes one workload whose identity has ended. */
    void publishEnded(SpiffeId id, String name, String instance) {
        publish(
                Map.of(
                        name,
                        new ServedWorkload(
                                id,
                                instance,
                                true,
                                List.of(),
                                () -> Inbound.newBuilder().setWorkload(name).build())),
                Directory.of(List.of(), List.of()),
                0);
    }

    void publish(Map<String, SpiffeId> workloads, Directory directory) {
        Map<String, ServedWorkload> served = new HashMap<>();
        workloads.forEach((name, id) -> served.put(
                name,
                MeshStates.served(id, Inbound.newBuilder().setWorkload(name).build())));
        publish(served, directory, 0);
    }

    void publish(Map<String, ServedWorkload> served, Directory directory, int ignored) {
        mesh.publish(new MeshState(
                served,
                directory,
                trust.bundles().byTrustDomain().values().stream()
                        .map(BundleContent::toProto)
                        .toList()));
    }

    /** An SVID as the control plane would issue it. */
    X509Svid svid(SpiffeId id, Duration lifetime) {
        return svid(issuer.usable().orElseThrow(), id, lifetime);
    }

    static X509Svid svid(Issuer issuer, SpiffeId id, Duration lifetime) {
        KeyPair keys = KeyPairs.generateP256();
        return new X509Svid(
                id,
                issuer.issue(keys.getPublic(), id, lifetime, Clock.systemUTC().instant()),
                keys.getPrivate());
    }

    @Override
    public void close() {
        mesh.close();
        server.close();
        audit.close();
    }
}
