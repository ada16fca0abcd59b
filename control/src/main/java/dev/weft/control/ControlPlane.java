package dev.weft.control;

import dev.weft.control.admin.AdminServer;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.certify.IssuingQueue;
import dev.weft.control.certify.LiveIssuer;
import dev.weft.control.federation.Federation;
import dev.weft.control.gate.ConnectionGate;
import dev.weft.control.gate.Limits;
import dev.weft.control.issuerdir.BadIssuerException;
import dev.weft.control.issuerdir.FirstIssuer;
import dev.weft.control.issuerdir.IssuerDirectory;
import dev.weft.control.join.JoinService;
import dev.weft.control.jwt.JwtKeys;
import dev.weft.control.jwt.JwtService;
import dev.weft.control.metrics.Metrics;
import dev.weft.control.operator.OperatorServer;
import dev.weft.control.peering.Peering;
import dev.weft.control.revoke.OperatorObjects;
import dev.weft.control.revoke.OperatorServices;
import dev.weft.control.rotate.Pace;
import dev.weft.control.rotate.ProxyFollowers;
import dev.weft.control.rotate.TrustOperatorService;
import dev.weft.control.rotate.TrustParts;
import dev.weft.control.server.ControlServer;
import dev.weft.control.state.ControlState;
import dev.weft.control.state.StateException;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshEndpoint;
import io.grpc.BindableService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A control plane that runs: what it is made of, and how its parts are joined. */
public final class ControlPlane implements AutoCloseable {

    /** The issuer's files are read again this often. */
    public static final Duration ISSUER_RELOAD = Duration.ofSeconds(5);

    /** Join tokens out of date are deleted this often. */
    public static final Duration TOKEN_PRUNE = Duration.ofMinutes(1);

    /** Revocations that have ended leave the bundles this often. */
    public static final Duration REVOCATION_PRUNE = Duration.ofSeconds(10);

    /** Whether a JWT signing key is due is asked this often. */
    public static final Duration JWT_KEYS = Duration.ofSeconds(30);

    /** The files of the bundle endpoint's certificate are read again this often. */
    public static final Duration WEB_CERTIFICATE_RELOAD = Duration.ofSeconds(30);

    private final Lifecycle lifecycle = new Lifecycle();
    private final Metrics metrics = new Metrics();
    private final LiveIssuer issuer;
    private final TrustSource trust;
    private final JoinTokens tokens;
    private final MeshEndpoint mesh;
    private final Peering peering;
    private final MeshSource source;
    private final Federation federation;
    private final ControlServer server;
    private final AdminServer admin;
    private final Clock clock;

    /**
     * Starts everything; what was started is closed again if something cannot be.
     *
     * @param registry opens what the mesh consists of
     * @throws IOException if a file or an address cannot be used
     * @throws dev.weft.control.state.StateException if the state directory cannot be used
     */
    public ControlPlane(ControlSettings settings, MeshSource.Opener registry, Clock clock) throws IOException {
        this(settings, registry, clock, Pace.REAL);
    }

    /**
     * As above.
     *
     * @param pace of rotations
     * @throws IOException if a file or an address cannot be used
     * @throws dev.weft.control.state.StateException if the state directory cannot be used
     */
    ControlPlane(ControlSettings settings, MeshSource.Opener registry, Clock clock, Pace pace) throws IOException {
        this.clock = clock;
        try {
            Optional<IssuerDirectory> issuerDirectory =
                    settings.issuerDirectory().map(path -> new IssuerDirectory(path, settings.trustDomain()));
            if (issuerDirectory.isPresent()) {
                begin(issuerDirectory.get(), settings.stateDirectory(), clock);
            }
            ControlState state = ControlState.initialise(settings.stateDirectory(), settings.trustDomain(), clock);
            trust = new TrustSource(settings.trustDomain(), state.bundleSequence());
            Machines machines = new Machines(state.machines(), clock);
            trust.begin(machines.revokedCertificates());
            JwtKeys jwtKeys = new JwtKeys(state.jwtKeys(), trust, clock);
            issuer = new LiveIssuer(state, trust, clock);
            trust.signedBy(() -> issuer.issuer().chain());
            tokens = new JoinTokens(state.tokens(), clock);
            AuditLog audit = lifecycle.add(
                    settings.auditLog().isPresent()
                            ? AuditLog.toFile(settings.auditLog().get())
                            : AuditLog.toLog());
            CertificateService certificates = new CertificateService(
                    settings.trustDomain(),
                    issuer,
                    trust,
                    tokens,
                    machines,
                    audit,
                    IssuingQueue.ofThisMachine(),
                    settings.leafLifetime(),
                    clock,
                    metrics);
            mesh = lifecycle.add(new MeshEndpoint(trust, clock, metrics));
            ProxyFollowers followers = new ProxyFollowers(mesh, trust, settings.trustDomain());
            issuer.follow(followers);
            source = lifecycle.add(registry.open(settings, trust, clock));
            MeshSource opened = source;
            federation = lifecycle.add(new Federation(
                    settings.trustDomain(),
                    settings.federation(),
                    state.directory(),
                    trust,
                    () -> opened.errors().isEmpty(),
                    metrics,
                    clock));
            OperatorObjects objects = OperatorObjects.open(OperatorObjects.folder(settings.stateDirectory()), source);
            trust.onChange(source::publish);
            peering = lifecycle.add(new Peering(
                    settings.trustDomain(),
                    settings.stateDirectory(),
                    trust,
                    clock,
                    mesh::publish,
                    new Peering.Bundles(
                            settings.federation().endpoint().isPresent(), mesh::expected, federation::newer),
                    metrics));
            mesh.onProxyChange(peering::proxiesChanged);
            trust.onDeclared(federation::declared);
            source.start(peering::accept);
            federation.settle();
            server = lifecycle.add(ControlServer.start(
                    settings.listen(),
                    settings.trustDomain(),
                    settings.leafLifetime(),
                    issuer,
                    trust,
                    certificates,
                    new JwtService(settings.trustDomain(), jwtKeys, trust, machines, audit, clock, metrics),
                    List.of(mesh, peering.service()),
                    new ConnectionGate(Limits.STANDARD, metrics),
                    clock));
            issuer.onNewIssuer(server::renew);
            issuer.onNewIssuer(source::passTime);
            trust.protect(server::svid);
            peering.start(server::clientTls);
            // Closed once more here, so that the streams end before the listener does and the others learn why.
            lifecycle.add(mesh);
            lifecycle.add(peering);
            federation.serve(server.shownSvid());
            addGauges();
            Timers timers = lifecycle.add(new Timers());
            timers.every(ISSUER_RELOAD, this::reload);
            timers.every(TOKEN_PRUNE, tokens::prune);
            timers.every(REVOCATION_PRUNE, () -> endRevocations(objects));
            timers.every(WEB_CERTIFICATE_RELOAD, federation::reload);
            timers.every(JWT_KEYS, jwtKeys::advance);
            timers.every(TOKEN_PRUNE, () -> {
                machines.prune();
                trust.changeMachines(machines.revokedCertificates());
            });
            TrustParts parts = new TrustParts(
                    state,
                    trust,
                    issuer,
                    mesh,
                    peering::linked,
                    server,
                    settings.leafLifetime(),
                    issuerDirectory,
                    source::refusals,
                    metrics,
                    clock);
            List<BindableService> operators = new ArrayList<>();
            operators.add(
                    new JoinService(tokens, machines, trust, audit, new JoinableMesh(settings, server, mesh), clock));
            operators.add(lifecycle.add(
                    new TrustOperatorService(parts, followers, pace.withFederationGrace(federation::grace))));
            operators.add(federation.operatorService());
            operators.addAll(new OperatorServices(
                            ControlServer.identity(settings.trustDomain()),
                            objects,
                            source::objects,
                            trust,
                            federation::followed,
                            mesh,
                            issuer::usable,
                            server::svid,
                            audit,
                            clock)
                    .all());
            lifecycle.add(OperatorServer.start(settings.stateDirectory(), operators));
            admin = lifecycle.add(AdminServer.start(
                    settings.adminAddress(),
                    new ControlPages(issuer, server, source, mesh, peering, federation, metrics, clock).all()));
        } catch (IOException | RuntimeException e) {
            lifecycle.close();
            throw e;
        }
    }

    private static void begin(IssuerDirectory directory, Path state, Clock clock) throws IOException {
        try {
            FirstIssuer.begin(directory, state, clock.instant());
        } catch (BadIssuerException e) {
            throw new StateException("there is no issuer to begin with: " + e.getMessage(), e);
        }
    }

    /** The port of the gRPC listener. */
    public int port() {
        return server.port();
    }

    /** The port of the bundle endpoint; empty if there is none. */
    public Optional<Integer> bundleEndpointPort() {
        return federation.port();
    }

    /** The port of the admin listener. */
    public int adminPort() {
        return admin.port();
    }

    /** Reads the issuer and the anchors again, and takes what is new into use. Also done every few seconds. */
    public void reload() {
        issuer.reload();
        server.renewIfDue();
    }

    private void endRevocations(OperatorObjects objects) {
        source.passTime();
        try {
            objects.prune(clock.instant());
        } catch (IOException e) {
            throw new UncheckedIOException("revocations that have ended cannot be removed", e);
        }
    }

    private void addGauges() {
        metrics.gauge(
                "weft_control_registry_errors",
                "Errors in the registry's files.",
                () -> source.errors().size());
        metrics.gauge(
                "weft_control_issuer_seconds_to_end",
                "Time until the issuer's chain ends.",
                () -> Duration.between(clock.instant(), issuer.notAfter()).toSeconds());
        metrics.gauge(
                "weft_control_svid_seconds_to_end",
                "Time until the control plane's own certificate ends.",
                () -> Duration.between(clock.instant(), server.svidNotAfter()).toSeconds());
        metrics.gauge(
                "weft_control_issuer_problem",
                "1 while the issuer's files cannot be used as they are.",
                () -> issuer.problem().isEmpty() ? 0 : 1);
    }

    /** Stops everything, the last started first. */
    @Override
    public void close() {
        lifecycle.close();
    }
}
