package dev.weft.control.watch;

import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.MeshGrpc;
import dev.weft.api.v1.RateLimitUnit;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.WatchRequest;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.caller.Caller;
import dev.weft.control.certify.MeshMembers;
import dev.weft.control.observe.EdgeBook;
import dev.weft.control.observe.ObservedMesh;
import dev.weft.control.observe.Taps;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.WorkloadMark;
import dev.weft.mesh.registry.Snapshot;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * {@code weft.v1.Mesh}: sends each proxy its configuration, and each change of it. A stream is open to the workload
 * whose identity the caller's SVID proves, for as long as that SVID verifies and the workload exists.
 */
public final class MeshEndpoint extends MeshGrpc.MeshImplBase
        implements ObservedMesh, SidecarView, MeshMembers, AutoCloseable {

    /** For tests. */
    final StreamHub hub;

    private final Roster roster;

    /** Creates the endpoint; it knows no workload until {@link #publish}. */
    public MeshEndpoint(TrustSource trust, Clock clock, Metrics metrics) {
        this.hub = new StreamHub(trust, clock, metrics);
        this.roster = hub.roster();
    }

    /** Publishes this state to the proxies, and ends the streams that are no longer allowed in it. */
    public void publish(MeshState state) {
        hub.publish(state);
    }

    /**
     * Lets every proxy whose certificate has another issuer renew it, each at a random moment; empty if any issuer will
     * do.
     */
    public void setRenewal(Optional<Renewal> renewal) {
        hub.setRenewal(renewal);
    }

    /** Returns the edges (who calls whom) that the proxies report. */
    @Override
    public EdgeBook edges() {
        return hub.edges();
    }

    @Override
    public Taps taps() {
        return hub.taps();
    }

    @Override
    public boolean readsRequests(String workload) {
        Optional<ServedWorkload> served = hub.state().workload(workload);
        List<Set<String>> capabilities = roster.connected().stream()
                .filter(proxy -> proxy.workload().equals(workload))
                .map(ConnectedProxy::capabilities)
                .distinct()
                .toList();
        // An earlier sidecar is told less, and reads fewer requests.
        Stream<Resource> told = capabilities.isEmpty()
                ? served.map(ServedWorkload::inbound).stream()
                : served.stream().flatMap(one -> capabilities.stream().map(one::inbound));
        return told.map(Resource::getInbound).anyMatch(MeshEndpoint::readsRequests);
    }

    private static boolean readsRequests(Inbound inbound) {
        return inbound.getHttpPortsCount() > 0
                || inbound.getPolicies().getPoliciesList().stream().anyMatch(policy -> policy.getToCount() > 0)
                || inbound.getRateLimitsList().stream()
                        .flatMap(limit -> limit.getLimitsList().stream())
                        .anyMatch(rule -> rule.getUnit() != RateLimitUnit.RATE_LIMIT_UNIT_CONNECTIONS);
    }

    @Override
    public boolean isConnected(String workload) {
        return roster.connected().stream().anyMatch(proxy -> proxy.workload().equals(workload));
    }

    /** Returns which Service or workload of the own mesh has this address, as {@code namespace/name}. */
    @Override
    public Optional<String> nameOf(InetAddress address) {
        return hub.state().directory().nameOf(address);
    }

    /** Returns the connected proxies, here and at other replicas, by workload. */
    public List<ConnectedProxy> proxies() {
        return roster.connected();
    }

    /** Returns the proxies that are connected here. */
    public List<ConnectedProxy> ownProxies() {
        return roster.connectedHere();
    }

    /**
     * Takes the proxies that another replica of this control plane serves.
     *
     * @param connected their present status
     * @param gone workloads whose proxies it no longer serves
     */
    public void replicaServes(String replica, List<ConnectedProxy> connected, List<String> gone) {
        roster.replicaServes(replica, connected, gone);
    }

    /** Another replica is not reachable any more: its proxies count as disconnected until they connect to another. */
    public void replicaAway(String replica) {
        roster.replicaAway(replica);
    }

    /** Returns the meshed workloads, whose proxies should be connected. */
    @Override
    public Set<String> workloads() {
        return Set.copyOf(hub.state().workloads().keySet());
    }

    /**
     * Returns the workloads whose streams ended because the present trust refuses their certificates, and that are not
     * back.
     */
    public Set<String> cutOff() {
        return roster.cutOff();
    }

    /** Returns the workloads that were cut off here. */
    public Set<String> ownCutOff() {
        return roster.cutOffHere();
    }

    /** Sets the workloads that another replica of this control plane has cut off. */
    public void replicaCutOff(String replica, Set<String> workloads) {
        roster.replicaCutOff(replica, workloads);
    }

    /** Whether the proxy has acknowledged the present bundle of this trust domain. */
    public boolean runsOnBundle(ConnectedProxy proxy, TrustDomain trustDomain) {
        String name = MeshState.BUNDLE + trustDomain;
        return hub.state()
                .resource(proxy.workload(), name, true)
                .map(bundle -> bundle.getVersion().equals(proxy.held().get(name)))
                .orElse(!proxy.held().containsKey(name));
    }

    /** Returns the identity of a meshed workload; empty if the registry has none of this name. */
    @Override
    public Optional<SpiffeId> identityOf(String workload) {
        return hub.state().workload(workload).map(ServedWorkload::identity);
    }

    /** Returns the addresses of a meshed workload; empty if the registry has none of this name. */
    public List<String> addressesOf(String workload) {
        return hub.state().workload(workload).map(ServedWorkload::addresses).orElse(List.of());
    }

    /**
     * Returns whether a proxy is connected that uses a certificate with this serial number, hexadecimal, or that has
     * not reported a certificate yet and belongs to this workload; and since when.
     */
    public Presence presence(Predicate<String> serialNumber, Optional<String> workload) {
        Predicate<ConnectedProxy> meant = proxy -> proxy.leaf()
                .map(leaf -> serialNumber.test(leaf.serialNumber()))
                .orElseGet(() -> workload.filter(proxy.workload()::equals).isPresent());
        Optional<Instant> connected = roster.connected().stream()
                .filter(meant)
                .map(ConnectedProxy::since)
                .max(Comparator.naturalOrder());
        if (connected.isPresent()) {
            return new Presence(true, connected);
        }
        return new Presence(
                false,
                roster.all().stream()
                        .filter(proxy ->
                                !proxy.connected() && proxy.last().filter(meant).isPresent())
                        .flatMap(proxy -> proxy.since().stream())
                        .max(Comparator.naturalOrder()));
    }

    /**
     * Whether a proxy is connected.
     *
     * @param since since when it is, or no longer is; empty if it was not connected since the start
     */
    public record Presence(boolean connected, Optional<Instant> since) {}

    @Override
    public boolean has(SpiffeId identity, Optional<WorkloadMark> holder) {
        return hub.state().has(identity, holder);
    }

    @Override
    public int workloadsOf(SpiffeId identity) {
        return hub.state().workloadsOf(identity);
    }

    /** Returns all meshed workloads by name, connected or not, each with its proxy's last report. */
    public List<ExpectedProxy> expected() {
        return roster.all();
    }

    /** Returns those that have not acknowledged this sequence of a trust domain's bundle, or a later one, by name. */
    public List<ExpectedProxy> behind(TrustDomain trustDomain, long sequence) {
        return roster.behind(trustDomain.name(), sequence);
    }

    /**
     * Adds a listener that is called whenever a proxy connects, answers, reports or goes, and when the state changes.
     * It is called in the middle of that proxy's work and must be short.
     */
    public void onProxyChange(Runnable listener) {
        roster.onProxyChange(listener);
    }

    @Override
    public Snapshot objects() {
        return hub.state().objects();
    }

    @Override
    public Optional<InboundStatus> inboundStatus(String workload) {
        return roster.inboundStatus(workload);
    }

    @Override
    public void onInboundStatusChange(Consumer<String> listener) {
        roster.onInboundStatusChange(listener);
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
        return open(Caller.current(), (ServerCallStreamObserver<WatchResponse>) responses);
    }

    /**
     * Opens the stream of a caller, whatever its transport.
     *
     * @return receives the caller's requests
     */
    public StreamObserver<WatchRequest> open(Caller caller, ServerCallStreamObserver<WatchResponse> responses) {
        WatchStream stream = new WatchStream(caller, responses, hub);
        stream.begin();
        return stream;
    }

    /** Ends all streams. */
    @Override
    public void close() {
        hub.close();
    }
}
