package dev.weft.control.watch;

import dev.weft.api.v1.Renewal;
import dev.weft.control.caller.Caller;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** All open streams, and the state of the mesh that they send. Safe for use by several threads. */
final class StreamHub implements AutoCloseable {

    /** A stream that has not named its workload within this time is closed. */
    static final Duration HELLO_TIMEOUT = Duration.ofSeconds(10);

    /** How long a proxy that is cut off has to receive the last messages. */
    static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(3);

    /** Interval in which changes of a destination with many endpoints are combined. */
    static final Duration DEBOUNCE = Duration.ofMillis(100);

    private final TrustSource trust;
    private final Clock clock;
    private final ScheduledExecutorService timers = Repetition.thread("watch-timers");
    private final ExecutorService changes = Executors.newVirtualThreadPerTaskExecutor();
    private final StreamOwners owners = new StreamOwners();
    private final Counter events;
    private final BundleVersions versions = new BundleVersions();
    private final EdgeBook edges;
    private final Taps taps = new Taps();
    private final Roster roster;
    private final ResourceHolders holders = new ResourceHolders();
    /** Combines the changes of destinations with many endpoints, by address. */
    private final Debouncer<Object> debouncer;
    /** Lock held while one state replaces another; taken before any other lock. */
    private final Object publishing = new Object();

    private volatile MeshState state = MeshState.EMPTY;
    private Optional<Renewal> renewal = Optional.empty();
    private boolean closed;

    StreamHub(TrustSource trust, Clock clock, Metrics metrics) {
        this.trust = trust;
        this.clock = clock;
        this.roster = new Roster(owners, () -> state, clock);
        this.edges = new EdgeBook(clock);
        taps.onChange(this::tapChanged);
        this.debouncer = new Debouncer<>(
                DEBOUNCE,
                System::nanoTime,
                this::later,
                topics -> notifyStreams(Set.of(), topics, Set.of(), false, false));
        this.events = metrics.counter(
                        "weft_control_watch_events_total",
                        "Responses that were sent to proxies, or that proxies refused.",
                        "event")
                .zero("sent")
                .zero("refused");
        metrics.gauge("weft_control_streams", "Connected proxies.", owners::count);
    }

    MeshState state() {
        return state;
    }

    Roster roster() {
        return roster;
    }

    Admission admission(Caller caller) {
        return new Admission(caller, trust, clock);
    }

    EdgeBook edges() {
        return edges;
    }

    Taps taps() {
        return taps;
    }

    BundleVersions versions() {
        return versions;
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
            if (concerned.bundles) {
                now.bundles()
                        .forEach((name, bundle) -> versions.remember(
                                name,
                                bundle.getVersion(),
                                bundle.getTrustBundle().getSequence()));
            }
            state = now;
            try {
                for (String workload : concerned.workloads) {
                    if (now.workload(workload).isEmpty()) {
                        roster.back(workload);
                    }
                    roster.refresh(workload);
                }
            } finally { // the next state is compared with this one, so the streams must have it
                notifyStreams(now, concerned);
            }
        }
        roster.proxyChanged();
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
        roster.proxyChanged();
    }

    private void notifyStreams(MeshState now, ChangedTopics concerned) {
        Set<Object> atOnce = new HashSet<>();
        Set<Object> many = new HashSet<>();
        for (Object topic : concerned.topics) {
            (now.isLarge(topic) ? many : atOnce).add(topic);
        }
        if (!many.isEmpty()) {
            atOnce.addAll(debouncer.changed(many));
        }
        notifyStreams(
                concerned.workloads,
                atOnce,
                concerned.names ? Set.of(MeshState.NAMES) : Set.of(),
                concerned.bundles,
                concerned.everything);
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
            workloads.forEach(workload ->
                    owners.of(workload).forEach(stream -> add(found, stream, Set.of(MeshState.INBOUND))));
            if (bundles || everything || !common.isEmpty()) {
                owners.all().forEach(stream -> add(found, stream, common));
            }
            found.forEach((stream, names) -> notifyStream(stream, names, bundles, everything));
        }
    }

    private static void add(Map<WatchStream, Set<String>> found, WatchStream stream, Set<String> names) {
        found.computeIfAbsent(stream, _ -> new HashSet<>()).addAll(names);
    }

    private synchronized void tapChanged(String workload) {
        owners.of(workload).forEach(stream -> notifyStream(stream, Set.of(MeshState.TAP), false, false));
    }

    private synchronized void notifyStream(WatchStream stream, Set<String> names, boolean bundles, boolean everything) {
        if (!closed && stream.pendingChanges().add(names, bundles, everything)) {
            changes.execute(stream::checkPending);
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

    /**
     * Admits a stream of this workload, if its identity may have one more. If the workload has too many, the oldest
     * ends.
     */
    boolean admit(WatchStream stream, String workload, SpiffeId identity) {
        synchronized (this) {
            if (closed || !owners.add(stream, workload, identity)) {
                return false;
            }
            roster.back(workload);
            owners.surplus(workload)
                    .ifPresent(oldest -> changes.execute(() -> oldest.end(
                            WatchStream.ENDED.as(Status.Code.ABORTED),
                            "newer streams of the workload took its place")));
            return true;
        }
    }

    void remove(WatchStream stream) {
        owners.remove(stream).ifPresent(roster::refresh);
        roster.proxyChanged();
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
