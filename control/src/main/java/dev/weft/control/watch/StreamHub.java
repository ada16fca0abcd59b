package dev.weft.control.watch;

import dev.weft.api.v1.Renewal;
import dev.weft.control.observe.EdgeBook;
import dev.weft.control.observe.Taps;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.daemon.schedule.Repetition;
import dev.weft.identity.spiffe.SpiffeId;
import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All open streams, and the state of the mesh that they send. Safe for use by several threads. */
final class StreamHub implements AutoCloseable {

    /** A stream that has not named its workload within this time is closed. */
    static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);

    /** How long a proxy that is cut off has to receive the last messages. */
    static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(3);

    /** Interval in which changes of a destination with many endpoints are combined. */
    static final Duration DEBOUNCE = Duration.ofMillis(100);

    private final Admission admission;
    private final Clock clock;
    private final ScheduledExecutorService timers = Repetition.thread("watch-timers");
    private final ExecutorService changes = Executors.newVirtualThreadPerTaskExecutor();
    private final StreamOwners owners = new StreamOwners();
    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();
    private final Counter events;
    private final BundleVersions versions = new BundleVersions();
    private final EdgeBook edges;
    private final Taps taps = new Taps();
    private final Roster roster = new Roster();
    private final OtherReplicasProxies otherReplicas = new OtherReplicasProxies();
    private final ResourceHolders holders = new ResourceHolders();
    /** Combines the changes of destinations with many endpoints, by address. */
    private final Debouncer<Object> debouncer;
    /** Lock held while one state replaces another; taken before any other lock. */
    private final Object publishing = new Object();

    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> statusListeners = new CopyOnWriteArrayList<>();
    private volatile MeshState state = MeshState.EMPTY;
    private Optional<Renewal> renewal = Optional.empty();
    private boolean closed;

    StreamHub(TrustSource trust, Clock clock, Metrics metrics) {
        this.admission = new Admission(trust, clock);
        this.clock = clock;
        this.edges = new EdgeBook(clock);
        taps.onChange(this::tapChanged);
        this.debouncer = new Debouncer<>(
                DEBOUNCE,
                System::nanoTime,
                this::later,
                topics -> notifyStreams(Set.of(), topics, Set.of(), false, false));
        this.events = metrics.counter(
                        "weft_control_watch_events_total", "Responses sent to proxies and refused by them.", "event")
                .zero("sent")
                .zero("refused");
        metrics.gauge("weft_control_streams", "Proxies connected.", this::count);
    }

    MeshState state() {
        return state;
    }

    Admission admission() {
        return admission;
    }

    EdgeBook edges() {
        return edges;
    }

    /** Returns the open taps of requests. */
    Taps taps() {
        return taps;
    }

    BundleVersions versions() {
        return versions;
    }

    /** Adds a listener, which is called on the stream's thread and must be short. */
    void onProxyChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Called when a proxy has come, gone, answered or reported. */
    void proxyChanged() {
        listeners.forEach(Runnable::run);
    }

    Instant now() {
        return clock.instant();
    }

    /** Notifies the streams that the new state concerns; each handles it on a thread of its own. */
    void publish(MeshState next) {
        synchronized (publishing) {
            MeshState former = state;
            MeshState now = next.withRenewal(renewal);
            ChangedTopics concerned = now.since(former);
            if (concerned.hasBundles()) {
                now.bundles()
                        .forEach((name, bundle) -> versions.remember(
                                name,
                                bundle.getVersion(),
                                bundle.getTrustBundle().getSequence()));
            }
            state = now;
            try {
                for (String workload : concerned.workloads()) {
                    if (now.workload(workload).isEmpty()) {
                        cutOff.remove(workload);
                    }
                    viewChanged(workload);
                }
            } finally { // the next state is compared with this one, so the streams must have it
                notifyStreams(now, concerned);
            }
        }
        proxyChanged();
    }

    /** Sets the issuer that must sign certificates from now on; empty if any may. */
    void setRenewal(Optional<Renewal> wanted) {
        synchronized (publishing) {
            if (renewal.equals(wanted)) {
                return;
            }
            renewal = wanted;
            state = state.withRenewal(wanted);
            notifyStreams(Set.of(), Set.of(), Set.of(MeshState.RENEWAL), false, false);
        }
        proxyChanged();
    }

    private void notifyStreams(MeshState now, ChangedTopics concerned) {
        Set<Object> atOnce = new HashSet<>();
        Set<Object> many = new HashSet<>();
        for (Object topic : concerned.topics()) {
            (now.isLarge(topic) ? many : atOnce).add(topic);
        }
        if (!many.isEmpty()) {
            atOnce.addAll(debouncer.changed(many));
        }
        notifyStreams(
                concerned.workloads(),
                atOnce,
                concerned.hasNames() ? Set.of(MeshState.NAMES) : Set.of(),
                concerned.hasBundles(),
                concerned.isEverything());
    }

    /**
     * Lets streams check their resources again.
     *
     * @param workloads streams of these workloads
     * @param topics streams that hold resources with these topics
     * @param common resources that all streams hold
     */
    private void notifyStreams(
            Set<String> workloads, Set<Object> topics, Set<String> common, boolean bundles, boolean everything) {
        Map<WatchStream, Set<String>> found = new HashMap<>();
        holders.find(topics, found);
        synchronized (this) {
            if (closed) {
                return;
            }
            for (String workload : workloads) {
                owners.of(workload)
                        .forEach(stream -> found.computeIfAbsent(stream, _ -> new HashSet<>())
                                .add(MeshState.INBOUND));
            }
            if (bundles || everything || !common.isEmpty()) {
                owners.all()
                        .forEach(stream -> found.computeIfAbsent(stream, _ -> new HashSet<>())
                                .addAll(common));
            }
            found.forEach((stream, names) -> {
                if (stream.pendingChanges().add(names, bundles, everything)) {
                    changes.execute(stream::checkPending);
                }
            });
        }
    }

    private void tapChanged(String workload) {
        synchronized (this) {
            if (closed) {
                return;
            }
            for (WatchStream stream : owners.of(workload)) {
                if (stream.pendingChanges().add(Set.of(TapResource.NAME), false, false)) {
                    changes.execute(stream::checkPending);
                }
            }
        }
    }

    private void later(Runnable task, long nanos) {
        try {
            ScheduledFuture<?> _ = timers.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            // Closed in the meantime: nothing more is sent.
        }
    }

    /** Notes that the stream holds these resources from now on; must be called before it reads their content. */
    void addHolder(WatchStream stream, Collection<String> resources) {
        holders.add(stream, resources);
    }

    void removeHolder(WatchStream stream, Collection<String> resources) {
        holders.remove(stream, resources);
    }

    /** Notes that the knowledge about a proxy of this workload has changed. */
    void viewChanged(String workload) {
        roster.refresh(workload, () -> state.workload(workload), () -> proxies(workload));
        statusListeners.forEach(listener -> listener.accept(workload));
    }

    /** Adds a listener, which is called on the stream's thread and must be short. */
    void onInboundStatusChange(Consumer<String> listener) {
        statusListeners.add(listener);
    }

    Optional<InboundStatus> inboundStatus(String workload) {
        return state.workload(workload)
                .flatMap(served -> roster.find(workload).map(proxy -> InboundStatus.of(proxy, served)));
    }

    private List<ConnectedProxy> proxies(String workload) {
        return Stream.concat(
                        owners.of(workload).stream().map(WatchStream::present).flatMap(Optional::stream),
                        otherReplicas.of(workload).stream())
                .toList();
    }

    /**
     * Called when another replica serves these proxies, in their present status, and no longer those of the workloads
     * that are gone.
     */
    void replicaServes(String replica, List<ConnectedProxy> connected, List<String> gone) {
        connected.forEach(proxy -> {
            otherReplicas.put(replica, proxy);
            viewChanged(proxy.workload());
        });
        gone.forEach(workload -> {
            otherReplicas.remove(replica, workload).ifPresent(this::departed);
            viewChanged(workload);
        });
        proxyChanged();
    }

    /** Returns the workloads whose proxies another replica serves. */
    List<String> servedBy(String replica) {
        return otherReplicas.servedBy(replica);
    }

    /**
     * Admits a stream of this workload, if its identity may have one more. If the workload has too many, the oldest
     * ends.
     */
    boolean admit(WatchStream stream, String workload, SpiffeId identity) {
        synchronized (this) {
            if (closed || !owners.add(stream, workload, identity)) {
                return false;
            }
            cutOff.remove(workload);
            owners.surplus(workload)
                    .ifPresent(oldest -> changes.execute(() -> oldest.end(
                            WatchStream.ENDED.as(Status.Code.ABORTED),
                            "newer streams of the workload took its place")));
            return true;
        }
    }

    /** Keeps the status of a proxy whose stream is about to end. */
    void departed(ConnectedProxy last) {
        roster.left(last, clock.instant());
    }

    void remove(WatchStream stream) {
        owners.remove(stream).ifPresent(this::viewChanged);
        proxyChanged();
    }

    /**
     * Called when the stream of the workload ends because the present trust refuses its certificate; noted if it is the
     * workload's last stream.
     */
    void cutOff(WatchStream stream, String workload) {
        if (state.workload(workload).isPresent() && owners.of(workload).stream().allMatch(stream::equals)) {
            cutOff.add(workload);
        }
    }

    /** Returns the workloads that were cut off here and at other replicas. */
    Set<String> cutOff() {
        Set<String> all = new HashSet<>(otherReplicas.cutOff());
        all.addAll(ownCutOff());
        return Set.copyOf(all);
    }

    void replicaCutOff(String replica, Set<String> workloads) {
        otherReplicas.cutOff(replica, workloads);
    }

    Set<String> ownCutOff() {
        MeshState now = state;
        return cutOff.stream()
                .filter(workload -> now.workload(workload).isPresent())
                .collect(Collectors.toUnmodifiableSet());
    }

    int count() {
        return owners.count();
    }

    /** Returns the proxies that are connected here, and to other replicas. */
    List<ConnectedProxy> proxies() {
        return Stream.concat(ownProxies().stream(), otherReplicas.all().stream())
                .sorted(Comparator.comparing(ConnectedProxy::workload).thenComparing(ConnectedProxy::since))
                .toList();
    }

    List<ConnectedProxy> ownProxies() {
        return owners.all().stream()
                .map(WatchStream::present)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(ConnectedProxy::workload).thenComparing(ConnectedProxy::since))
                .toList();
    }

    List<ExpectedProxy> expected() {
        return roster.all();
    }

    List<ExpectedProxy> behind(String trustDomain, long sequence) {
        return roster.behind(trustDomain, sequence);
    }

    void countPush() {
        events.increment("sent");
    }

    void countRefusal() {
        events.increment("refused");
    }

    ScheduledFuture<?> schedule(Runnable task, Duration delay) {
        return timers.schedule(task, Math.max(0, delay.toMillis()), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        List<WatchStream> streams;
        synchronized (this) {
            closed = true;
            streams = owners.all();
        }
        streams.forEach(stream -> stream.end(WatchStream.ENDED, "the control plane stops; connect to another"));
        timers.shutdownNow();
        changes.shutdownNow();
    }
}
