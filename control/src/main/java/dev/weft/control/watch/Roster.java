package dev.weft.control.watch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.mesh.table.SortedTable;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The proxies of all meshed workloads, here and at other replicas: each with its newest stream or the last report of an
 * earlier one, for as long as the registry has the workload. Updated at each change, so that listing them needs no look
 * at each stream. Safe for use by several threads.
 */
final class Roster {

    private static final Comparator<ConnectedProxy> BY_WORKLOAD =
            Comparator.comparing(ConnectedProxy::workload).thenComparing(ConnectedProxy::since);

    private record Departed(ConnectedProxy last, Instant at) {}

    private final StreamOwners owners;
    private final Supplier<MeshState> state;
    private final Clock clock;

    @GuardedBy("this")
    private final Map<String, Departed> departed = new HashMap<>();

    @GuardedBy("this")
    private final AcknowledgedSequences acknowledged = new AcknowledgedSequences();

    /** The proxies that are connected to other replicas, by workload and replica. */
    @GuardedBy("this")
    private final Map<String, Map<String, ConnectedProxy>> elsewhere = new HashMap<>();

    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<String>> cutOffElsewhere = new ConcurrentHashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> statusListeners = new CopyOnWriteArrayList<>();
    private volatile SortedTable<String, ExpectedProxy> proxies = SortedTable.empty();

    /**
     * @param owners the streams that are open here
     * @param state returns the present state of the mesh
     */
    Roster(StreamOwners owners, Supplier<MeshState> state, Clock clock) {
        this.owners = owners;
        this.state = state;
        this.clock = clock;
    }

    /** Adds a listener, which is called on the stream's thread and must be short. */
    void onProxyChange(Runnable listener) {
        listeners.add(listener);
    }

    /** Called when a proxy has come, gone, answered or reported. */
    void proxyChanged() {
        listeners.forEach(Runnable::run);
    }

    /** Adds a listener, which is called on the stream's thread and must be short. */
    void onInboundStatusChange(Consumer<String> listener) {
        statusListeners.add(listener);
    }

    Optional<InboundStatus> inboundStatus(String workload) {
        return state.get()
                .workload(workload)
                .flatMap(served -> proxies.find(workload).map(proxy -> InboundStatus.of(proxy, served)));
    }

    /** Returns all proxies, by name of the workload. */
    List<ExpectedProxy> all() {
        return List.copyOf(proxies.values());
    }

    /** Returns the proxies that are connected here, and to other replicas. */
    List<ConnectedProxy> connected() {
        List<ConnectedProxy> all = new ArrayList<>(connectedHere());
        synchronized (this) {
            elsewhere.values().forEach(ofWorkload -> all.addAll(ofWorkload.values()));
        }
        return all.stream().sorted(BY_WORKLOAD).toList();
    }

    List<ConnectedProxy> connectedHere() {
        return present(owners.all()).sorted(BY_WORKLOAD).toList();
    }

    private static Stream<ConnectedProxy> present(List<WatchStream> streams) {
        return streams.stream().flatMap(stream -> stream.present().stream());
    }

    /** Keeps the status of a proxy whose stream is about to end. */
    synchronized void departed(ConnectedProxy last) {
        departed.put(last.workload(), new Departed(last, clock.instant()));
    }

    /** Updates what is known of the proxy of one workload. */
    void refresh(String workload) {
        synchronized (this) {
            Optional<ServedWorkload> served = state.get().workload(workload);
            if (served.isEmpty()) {
                departed.remove(workload);
            }
            Optional<ExpectedProxy> next = served.map(now -> proxy(workload, now));
            acknowledged.replace(proxies.find(workload).orElse(null), next.orElse(null));
            proxies = proxies.with(workload, next);
        }
        statusListeners.forEach(listener -> listener.accept(workload));
    }

    /**
     * Called when another replica serves these proxies, in their present status, and no longer those of the workloads
     * that are gone.
     */
    void replicaServes(String replica, List<ConnectedProxy> connected, List<String> gone) {
        connected.forEach(proxy -> {
            synchronized (this) {
                elsewhere
                        .computeIfAbsent(proxy.workload(), _ -> new HashMap<>())
                        .put(replica, proxy);
            }
            refresh(proxy.workload());
        });
        gone.forEach(workload -> {
            leaves(replica, workload);
            refresh(workload);
        });
        proxyChanged();
    }

    private synchronized void leaves(String replica, String workload) {
        Map<String, ConnectedProxy> ofWorkload = elsewhere.getOrDefault(workload, new HashMap<>());
        ConnectedProxy last = ofWorkload.remove(replica);
        if (last != null) {
            departed(last);
        }
        if (ofWorkload.isEmpty()) {
            elsewhere.remove(workload);
        }
    }

    /** Another replica is not reachable any more: its proxies count as disconnected until they connect to another. */
    void replicaAway(String replica) {
        replicaCutOff(replica, Set.of());
        List<String> served = servedBy(replica);
        if (!served.isEmpty()) {
            replicaServes(replica, List.of(), served);
        }
    }

    private synchronized List<String> servedBy(String replica) {
        return elsewhere.entrySet().stream()
                .filter(each -> each.getValue().containsKey(replica))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Called when the stream of the workload ends because the present trust refuses its certificate; noted if it is the
     * workload's last stream.
     */
    void cutOff(WatchStream stream, String workload) {
        if (state.get().workload(workload).isPresent()
                && owners.of(workload).stream().allMatch(stream::equals)) {
            cutOff.add(workload);
        }
    }

    /** The workload counts as cut off no longer: its proxy is back, or the registry no longer has it. */
    void back(String workload) {
        cutOff.remove(workload);
    }

    void replicaCutOff(String replica, Set<String> workloads) {
        if (workloads.isEmpty()) {
            cutOffElsewhere.remove(replica);
        } else {
            cutOffElsewhere.put(replica, Set.copyOf(workloads));
        }
    }

    /** Returns the workloads that were cut off here and at other replicas. */
    Set<String> cutOff() {
        Set<String> all = new HashSet<>(cutOffHere());
        cutOffElsewhere.values().forEach(all::addAll);
        return Set.copyOf(all);
    }

    Set<String> cutOffHere() {
        MeshState now = state.get();
        return cutOff.stream()
                .filter(workload -> now.workload(workload).isPresent())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns the proxies that have not acknowledged this sequence of a trust domain's bundle, by name. If there is
     * none, no proxy is checked.
     */
    List<ExpectedProxy> behind(String trustDomain, long sequence) {
        SortedTable<String, ExpectedProxy> all;
        synchronized (this) {
            all = proxies;
            if (sequence <= 0 || acknowledged.atLeast(trustDomain, sequence) == all.size()) {
                return List.of();
            }
        }
        return all.values().stream()
                .filter(proxy -> proxy.acknowledged(trustDomain) < sequence)
                .toList();
    }

    @GuardedBy("this")
    private ExpectedProxy proxy(String workload, ServedWorkload served) {
        List<ConnectedProxy> streams = Stream.concat(
                        present(owners.of(workload)), elsewhere.getOrDefault(workload, Map.of()).values().stream())
                .toList();
        Departed before = departed.get(workload);
        Optional<ConnectedProxy> newest = streams.stream().max(Comparator.comparing(ConnectedProxy::since));
        if (newest.isEmpty()) {
            return new ExpectedProxy(
                    workload,
                    served.identity(),
                    false,
                    Optional.ofNullable(before).map(Departed::at),
                    Optional.ofNullable(before).map(Departed::last),
                    served.identityEnded());
        }
        // A stream that has just opened has not reported yet: the report of an older one still holds.
        Optional<ReportedLeaf> leaf = newest.get()
                .leaf()
                .or(() -> streams.stream()
                        .sorted(Comparator.comparing(ConnectedProxy::since).reversed())
                        .flatMap(stream -> stream.leaf().stream())
                        .findFirst())
                .or(() ->
                        Optional.ofNullable(before).flatMap(gone -> gone.last().leaf()));
        return new ExpectedProxy(
                workload,
                served.identity(),
                true,
                newest.map(ConnectedProxy::since),
                leaf.isPresent() ? newest.map(proxy -> proxy.withLeaf(leaf.get())) : newest,
                served.identityEnded());
    }
}
