package dev.weft.control.watch;

import dev.weft.api.v1.Renewal;
import dev.weft.control.observe.EdgeBook;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.spiffe.SpiffeId;
import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** All open streams, and the state of the mesh that they tell. Safe for use by several threads. */
final class StreamHub implements AutoCloseable {

    /** A stream that has not named its workload by then is closed. */
    static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);

    /** A proxy that is cut off has so long to take what it is told last. */
    static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(3);

    /** Streams of one identity, which all replicas of a workload share. */
    static final int MAX_STREAMS_PER_IDENTITY = 10_000;

    /** Streams of one workload: two while a proxy connects anew; the oldest makes place for a newer one. */
    static final int MAX_STREAMS_PER_WORKLOAD = 4;

    private record Owner(String workload, SpiffeId identity) {}

    private final Admission admission;
    private final Clock clock;
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("watch-timers").factory());
    private final ExecutorService changes = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<WatchStream, Owner> owners = new HashMap<>();
    private final Map<String, Deque<WatchStream>> byWorkload = new HashMap<>();
    private final Map<SpiffeId, Integer> perIdentity = new HashMap<>();
    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();
    private final Counter events;
    private final BundleVersions versions = new BundleVersions();
    private final Departures departures = new Departures();
    private final EdgeBook edges;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile MeshState state = MeshState.EMPTY;
    private Optional<Renewal> renewal = Optional.empty();
    private boolean closed;

    StreamHub(TrustSource trust, Clock clock, Metrics metrics) {
        this.admission = new Admission(trust, clock);
        this.clock = clock;
        this.edges = new EdgeBook(clock);
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

    BundleVersions versions() {
        return versions;
    }

    /** Called on the stream's thread: must be short. */
    void onProxyChange(Runnable listener) {
        listeners.add(listener);
    }

    /** A proxy came, went, answered or reported. */
    void proxyChanged() {
        listeners.forEach(Runnable::run);
    }

    Instant now() {
        return clock.instant();
    }

    /** Tells every stream; each takes it up on a thread of its own. */
    void publish(MeshState next) {
        next.bundles()
                .forEach((name, bundle) -> versions.remember(
                        name, bundle.getVersion(), bundle.getTrustBundle().getSequence()));
        departures.retain(next);
        cutOff.retainAll(next.workloads().keySet());
        synchronized (this) {
            state = next.withRenewal(renewal);
            tell();
        }
        proxyChanged();
    }

    /** From now on certificates shall be of this issuer; empty when any will do. */
    void direct(Optional<Renewal> wanted) {
        synchronized (this) {
            if (renewal.equals(wanted)) {
                return;
            }
            renewal = wanted;
            state = state.withRenewal(wanted);
            tell();
        }
        proxyChanged();
    }

    private void tell() {
        if (!closed) {
            owners.keySet().forEach(stream -> changes.execute(stream::stateChanged));
        }
    }

    /** Whether the stream may be one of this workload's. The oldest of too many of the workload ends. */
    boolean admit(WatchStream stream, String workload, SpiffeId identity) {
        synchronized (this) {
            if (closed || perIdentity.getOrDefault(identity, 0) >= MAX_STREAMS_PER_IDENTITY) {
                return false;
            }
            cutOff.remove(workload);
            owners.put(stream, new Owner(workload, identity));
            perIdentity.merge(identity, 1, Integer::sum);
            Deque<WatchStream> streams = byWorkload.computeIfAbsent(workload, _ -> new ArrayDeque<>());
            streams.addLast(stream);
            if (streams.size() > MAX_STREAMS_PER_WORKLOAD) {
                WatchStream oldest = streams.getFirst();
                changes.execute(() ->
                        oldest.end(Status.ABORTED, WatchStream.ENDED, "newer streams of the workload took its place"));
            }
            return true;
        }
    }

    /** Keeps what is known of a proxy whose stream is about to end. */
    void departed(ConnectedProxy last) {
        departures.left(last, clock.instant());
    }

    void remove(WatchStream stream) {
        removeOwner(stream);
        proxyChanged();
    }

    /** The last stream of the workload ends, as its certificate is refused by what is trusted now. */
    synchronized void cutOff(WatchStream stream, String workload) {
        Deque<WatchStream> streams = byWorkload.getOrDefault(workload, new ArrayDeque<>());
        if (streams.stream().allMatch(stream::equals)) {
            cutOff.add(workload);
        }
    }

    Set<String> cutOff() {
        return Set.copyOf(cutOff);
    }

    private synchronized void removeOwner(WatchStream stream) {
        Owner owner = owners.remove(stream);
        if (owner == null) {
            return;
        }
        perIdentity.computeIfPresent(owner.identity(), (_, count) -> count == 1 ? null : count - 1);
        byWorkload.computeIfPresent(owner.workload(), (_, streams) -> {
            streams.remove(stream);
            return streams.isEmpty() ? null : streams;
        });
    }

    synchronized int count() {
        return owners.size();
    }

    List<ConnectedProxy> proxies() {
        List<WatchStream> streams;
        synchronized (this) {
            streams = List.copyOf(owners.keySet());
        }
        return streams.stream()
                .map(WatchStream::present)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(ConnectedProxy::workload).thenComparing(ConnectedProxy::since))
                .toList();
    }

    List<ExpectedProxy> expected() {
        return departures.all(state, proxies());
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
            streams = List.copyOf(owners.keySet());
        }
        streams.forEach(stream ->
                stream.end(Status.UNAVAILABLE, WatchStream.ENDED, "the control plane stops; connect to another"));
        timers.shutdownNow();
        changes.shutdownNow();
    }
}
