package dev.weft.control;

import dev.weft.control.admin.AdminListener;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.gate.ConnectionGate;
import dev.weft.control.gate.Limits;
import dev.weft.control.observe.ReplicaObservation;
import dev.weft.control.replica.ReplicaClient;
import dev.weft.control.replica.ReplicaEndpoint;
import dev.weft.control.rotate.RotationParts;
import dev.weft.control.rotate.RotationTimings;
import dev.weft.control.rotate.TrustOperatorService;
import dev.weft.control.server.ControlServer;
import dev.weft.control.view.ViewServer;
import dev.weft.daemon.admin.AdminPages;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A running control plane: creates its parts and connects them. */
public final class ControlPlane implements AutoCloseable {

    /**
     * Maximum age of a connection to one of several replicas. A replica that comes back thus gets its share of
     * connections.
     */
    public static final Duration MAX_CONNECTION_AGE = Duration.ofMinutes(30);

    private final Lifecycle lifecycle = new Lifecycle();
    private final Metrics metrics = new Metrics();
    /** For tests. */
    final Authority authority;
    /** For tests. */
    final Knowledge knowledge;

    private final ControlServer server;
    private final ReplicaClient replicas;
    private final TrustOperatorService trustOperator;
    private final Operators operators;
    private @Nullable ViewServer view;
    private final AdminListener admin;
    private final CertificateService certificates;
    private final Home home;
    private final Clock clock;

    /**
     * Starts all parts. If one cannot start, the parts that were started are closed again.
     *
     * @param home where the objects and the state are
     * @throws IOException if a file or an address cannot be used
     * @throws dev.weft.mesh.state.StateException if the state cannot be used
     */
    public ControlPlane(ControlSettings settings, Home home, Clock clock) throws IOException {
        this(settings, home, clock, RotationTimings.REAL);
    }

    ControlPlane(ControlSettings settings, Home home, Clock clock, RotationTimings timings) throws IOException {
        this.clock = clock;
        this.home = home;
        try {
            authority = Authority.open(settings, home.shared(), clock, lifecycle);
            knowledge = Knowledge.open(settings, home, authority, metrics, clock, lifecycle);
            SpiffeId self = ControlServer.identity(settings.trustDomain());
            ReplicaEndpoint told = lifecycle.add(new ReplicaEndpoint(self, authority.trust(), knowledge.mesh(), clock));
            certificates = authority.certificates(settings, knowledge.mesh(), home.attestor(), metrics, clock);
            server = lifecycle.add(serve(settings, told));
            // Added a second time: its streams must end before the listener closes.
            lifecycle.add(told);
            replicas = lifecycle.add(
                    new ReplicaClient(self, authority.trust(), knowledge.mesh(), server::clientTls, clock));
            // Added a second time: the streams end before the listener closes, and so the clients learn the reason.
            lifecycle.add(knowledge.mesh());
            lifecycle.add(knowledge.peering());
            presentSvid();
            ControlGauges.register(metrics, authority, knowledge, server, home, clock);
            lifecycle
                    .add(new Upkeep(authority, knowledge, this::reload, metrics, clock))
                    .start();
            trustOperator = lifecycle.add(trustOperator(settings, timings));
            operators = new Operators(authority, knowledge, server, replicas, trustOperator, settings, metrics, clock);
            lifecycle.add(operators.serve());
            admin = lifecycle.add(listenForAdmin(settings));
            authority.trust().complete();
            join(settings.trustDomain());
        } catch (IOException | RuntimeException e) {
            lifecycle.add(home);
            lifecycle.close();
            throw e;
        }
        // The home closes first, so that another replica leads while the calls end here.
        lifecycle.add(home);
    }

    private void join(TrustDomain trustDomain) throws IOException {
        home.register(metrics);
        home.replicas().follow(replicas::follow);
        home.sidecars(knowledge.mesh());
        home.rotations(trustOperator::rotation);
        authority.trust().onChange(() -> home.anchors(() -> anchors(trustDomain)));
        home.anchors(() -> anchors(trustDomain));
        home.issue(certificates);
        Optional<Home.Views> views = home.views();
        if (views.isPresent()) {
            view = lifecycle.add(operators.serve(views.get()));
        }
    }

    private AdminListener listenForAdmin(ControlSettings settings) throws IOException {
        AdminPages pages = new ControlPages(authority, knowledge, server, home, metrics, clock).all();
        return AdminListener.start(settings.adminAddress(), settings.stateDirectory(), pages, metrics);
    }

    private List<X509Certificate> anchors(TrustDomain trustDomain) {
        return authority
                .trust()
                .bundles()
                .find(trustDomain)
                .map(TrustBundle::anchors)
                .orElse(List.of());
    }

    /** Starts the listener for proxies and for other control planes. */
    private ControlServer serve(ControlSettings settings, ReplicaEndpoint others) throws IOException {
        return ControlServer.start(
                settings.listen(),
                settings.trustDomain(),
                settings.leafLifetime(),
                authority.issuer(),
                authority.trust(),
                certificates,
                authority.jwts(settings, knowledge.mesh(), metrics, clock),
                List.of(
                        knowledge.mesh(),
                        knowledge.peering().service(),
                        others,
                        new ReplicaObservation(knowledge.mesh(), others::isReplica)),
                new ConnectionGate(Limits.STANDARD, metrics),
                authority.state().isShared() ? Optional.of(MAX_CONNECTION_AGE) : Optional.empty(),
                clock);
    }

    /** Lets every part present the same certificate as the server: to peers, and at the bundle endpoint. */
    private void presentSvid() throws IOException {
        authority.issuer().onNewIssuer(server::renew);
        authority.issuer().onNewIssuer(knowledge.source()::dropEnded);
        authority.trust().protect(server::svid);
        knowledge.peering().start(server::clientTls);
        knowledge.federation().serve(server.shownSvid());
    }

    private TrustOperatorService trustOperator(ControlSettings settings, RotationTimings timings) throws IOException {
        RotationParts parts = new RotationParts(
                authority.state(),
                authority.trust(),
                authority.issuer(),
                knowledge.mesh(),
                authority.machines(),
                knowledge.peering()::linked,
                server,
                settings.leafLifetime(),
                authority.issuerDirectory(),
                () -> Stream.concat(authority.problems().stream(), knowledge.source().refusals().stream())
                        .toList(),
                () -> Stream.concat(knowledge.source().otherErrors().stream(), home.publishingErrors().stream())
                        .toList(),
                home::unpublished,
                knowledge.source()::overdue,
                metrics,
                clock);
        return new TrustOperatorService(
                parts, knowledge.followers(), timings.withFederationGrace(knowledge.federation()::grace));
    }

    /** Returns the port of the gRPC listener. */
    public int port() {
        return server.port();
    }

    /** Returns the port of the bundle endpoint; empty if there is none. */
    public Optional<Integer> bundleEndpointPort() {
        return knowledge.federation().port();
    }

    /** Returns the port for viewers, who may look but not change anything; empty if there is none. */
    public Optional<Integer> viewPort() {
        return Optional.ofNullable(view).map(ViewServer::port);
    }

    /** Returns the port of the admin listener. */
    public int adminPort() {
        return admin.port();
    }

    /** Reads the issuer and the anchors again, and takes new ones into use. This also happens every few seconds. */
    public void reload() {
        authority.issuer().reload();
        server.renewIfDue();
    }

    /** Stops all parts in the reverse order of their start. */
    @Override
    public void close() {
        lifecycle.close();
    }
}
