package dev.weft.control.peering;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.PeerLink;
import dev.weft.control.directory.RemoteDomain;
import dev.weft.control.tls.ClientTls;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.ExpectedProxy;
import dev.weft.control.watch.MeshState;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.daemon.tls.PeerCertificateCheck;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.Discovery;
import dev.weft.mesh.model.TrustDomainObject;
import io.grpc.BindableService;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges workloads and Services with the other trust domains that the registry has with discovery: follows their
 * control planes, exports the own mesh to them, and adds them to the own mesh's state. Safe for use by several threads.
 */
public final class Peering implements AutoCloseable {

    static final String DISABLED = "WEFT-C060";
    static final String NOT_REACHED = "WEFT-C061";
    static final String LEFT_OUT = "WEFT-C066";

    private static final Logger LOG = LoggerFactory.getLogger(Peering.class);

    /**
     * Connects the peering with the trust bundles.
     *
     * @param served whether others can fetch the own bundle
     * @param behind tells which proxies have not acknowledged a bundle
     * @param newer receives the sequence that another trust domain's control plane reports for its bundle
     */
    public record Bundles(boolean served, Behind behind, ObjLongConsumer<TrustDomain> newer) {}

    /** Tells which of the proxies that should be connected have not acknowledged a bundle. */
    @FunctionalInterface
    public interface Behind {
        /** Returns those that have not acknowledged this sequence of the bundle, or a later one, by name. */
        List<ExpectedProxy> of(TrustDomain trustDomain, long sequence);
    }

    private final TrustDomain own;
    private final TrustSource trust;
    private final Clock clock;
    private final Consumer<MeshState> downstream;
    private final ObjLongConsumer<TrustDomain> newer;
    private final PeerStream.Limits limits;
    private final PeerStore store;
    private final PeeringEndpoint endpoint;
    private final LateSaves saves = new LateSaves(this::save);

    @GuardedBy("this")
    private final Map<TrustDomain, PeerClient> clients = new TreeMap<>();

    @GuardedBy("this")
    private MeshState local = MeshState.EMPTY;

    @GuardedBy("this")
    private int leftOut;

    /** The trust domains that the store may have files of; null until it was first cleaned up. */
    @GuardedBy("this")
    private @Nullable Set<TrustDomain> kept;

    @GuardedBy("this")
    private @Nullable ClientTls tls;

    @GuardedBy("this")
    private boolean closed;

    /**
     * Creates the peering, which opens no connection before {@link #start}.
     *
     * @param downstream receives the state of the mesh including the other trust domains
     */
    public Peering(
            TrustDomain own,
            Path stateDirectory,
            TrustSource trust,
            Clock clock,
            Consumer<MeshState> downstream,
            Bundles bundles,
            Metrics metrics) {
        this(own, stateDirectory, trust, clock, downstream, bundles, metrics, PeerStream.Limits.STANDARD);
    }

    /** Creates the peering with these time limits for the peers. */
    Peering(
            TrustDomain own,
            Path stateDirectory,
            TrustSource trust,
            Clock clock,
            Consumer<MeshState> downstream,
            Bundles bundles,
            Metrics metrics,
            PeerStream.Limits limits) {
        this.own = own;
        this.trust = trust;
        this.clock = clock;
        this.downstream = downstream;
        this.newer = bundles.newer();
        this.limits = limits;
        this.store = new PeerStore(stateDirectory);
        this.endpoint = new PeeringEndpoint(
                new PeerAdmission(own, trust, clock),
                new TrustReport(own, trust, bundles.served(), bundles.behind()),
                clock);
        metrics.gauge("weft_control_peering_streams", "Connected control planes of other meshes.", endpoint::count);
        metrics.gauge(
                "weft_control_peers_connected",
                "Trust domains to whose control plane this one is connected.",
                () -> peers().stream().filter(PeerStatus::isConnected).count());
    }

    /** Returns the service that other control planes call. */
    public BindableService service() {
        return endpoint;
    }

    /** Starts to follow the other control planes. */
    public synchronized void start(ClientTls how) {
        tls = how;
        clients.values().forEach(PeerClient::start);
    }

    /** Takes the state of the own mesh, after each change of it or of trust. */
    public synchronized void accept(MeshState state) {
        if (closed) {
            return;
        }
        local = state;
        reconcile();
        // Also if nothing changed: each stream checks again whether its peer is still admitted.
        endpoint.publish(clients.isEmpty() ? () -> Exports.NONE : new Lazy<>(() -> exports(state)));
        clients.values().forEach(PeerClient::trustChanged);
        publish();
    }

    private synchronized Exports exports(MeshState state) {
        Exporter.Exported exported = Exporter.of(state.directory());
        if (exported.leftOut() != leftOut) {
            leftOut = exported.leftOut();
            LOG.atWarn().log("{}: {} workloads and Services are not exported", LEFT_OUT, leftOut);
        }
        return exported.exports();
    }

    /** A proxy of the own mesh may have acknowledged a bundle. Short, for any thread. */
    public void proxiesChanged() {
        endpoint.checkStreamsSoon();
    }

    /** Returns what the active other trust domains hold of our bundle, by name. */
    public synchronized List<LinkedDomain> linked() {
        return clients.values().stream().map(PeerClient::linked).toList();
    }

    private synchronized void received(TrustDomain peer) {
        saves.soon(peer);
        publish();
    }

    private synchronized void publish() {
        if (!closed) {
            downstream.accept(local.withRemotes(remotes()));
        }
    }

    private synchronized void save(TrustDomain peer) {
        Optional.ofNullable(clients.get(peer))
                .map(PeerClient::knowledge)
                .flatMap(PeerKnowledge::accepted)
                .ifPresent(exports -> store.save(peer, exports));
    }

    @GuardedBy("this")
    private void reconcile() {
        Map<TrustDomain, Discovery> wanted = new HashMap<>();
        others().stream()
                .filter(object -> object.state() == TrustBundle.State.ACTIVE)
                .forEach(object -> object.discovery().ifPresent(how -> wanted.put(object.trustDomain(), how)));
        for (Map.Entry<TrustDomain, PeerClient> client : List.copyOf(clients.entrySet())) {
            if (!client.getValue().discovery().equals(wanted.get(client.getKey()))) {
                client.getValue().close();
                clients.remove(client.getKey());
            }
        }
        Set<TrustDomain> named =
                others().stream().map(TrustDomainObject::trustDomain).collect(Collectors.toSet());
        if (!named.equals(kept)) {
            store.retain(named);
            kept = named;
        }
        wanted.forEach((peer, how) -> clients.computeIfAbsent(peer, _ -> client(peer, how)));
    }

    @GuardedBy("this")
    private PeerClient client(TrustDomain peer, Discovery how) {
        PeerClient.Dependencies around = new PeerClient.Dependencies(
                this::context, trust, clock, () -> received(peer), sequence -> newer.accept(peer, sequence), limits);
        Optional<Exports> stored = store.load(peer);
        PeerClient client = new PeerClient(peer, how, stored, around);
        if (!client.knowledge().accepted().equals(stored)) {
            // With other ranges less of it may be accepted, and the rest must get no names.
            saves.soon(peer);
        }
        if (tls != null) {
            client.start();
        }
        return client;
    }

    private SslContext context(PeerCertificateCheck check) throws IOException {
        ClientTls how;
        synchronized (this) {
            how = tls;
        }
        if (how == null) {
            throw new IllegalStateException("not started");
        }
        return how.context(check);
    }

    /** Returns the other trust domains with discovery, by name. */
    private List<TrustDomainObject> others() {
        return trust.declaredDomains().values().stream()
                .filter(object ->
                        object.discovery().isPresent() && !object.trustDomain().equals(own))
                .sorted((a, b) -> a.trustDomain().compareTo(b.trustDomain()))
                .toList();
    }

    private static Optional<PeerClient> of(TrustDomainObject object, Map<TrustDomain, PeerClient> clients) {
        return Optional.ofNullable(clients.get(object.trustDomain()));
    }

    @GuardedBy("this")
    private List<RemoteDomain> remotes() {
        Map<TrustDomain, PeerClient> asked = clients;
        return others().stream()
                .flatMap(object ->
                        object.discovery().map(how -> PeerView.remote(object, how, of(object, asked))).stream())
                .toList();
    }

    /** Returns the status of each other trust domain, by name. */
    public synchronized List<PeerStatus> peers() {
        Map<TrustDomain, PeerClient> asked = clients;
        return others().stream()
                .map(object -> PeerView.status(object, of(object, asked), clock.instant()))
                .toList();
    }

    /** Returns the status of one trust domain; empty if its control planes are not asked. */
    public Optional<PeerLink> link(TrustDomain peer) {
        return peers().stream()
                .filter(status -> status.trustDomain().equals(peer.name()))
                .findFirst()
                .map(PeerStatus::toProto);
    }

    /** Ends all streams in both directions. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            clients.values().forEach(PeerClient::close);
        }
        endpoint.close();
        saves.close();
    }
}
