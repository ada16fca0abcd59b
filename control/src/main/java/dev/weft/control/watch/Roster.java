package dev.weft.control.watch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.mesh.table.SortedTable;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The proxies of all meshed workloads, each with its newest stream or the last report of an earlier one, for as long as
 * the registry has the workload. Updated at each change, so that listing them needs no look at each stream. Safe for
 * use by several threads.
 */
final class Roster {

    private record Departed(ConnectedProxy last, Instant at) {}

    @GuardedBy("this")
    private final Map<String, Departed> departed = new HashMap<>();

    @GuardedBy("this")
    private final AcknowledgedSequences acknowledged = new AcknowledgedSequences();

    private volatile SortedTable<String, ExpectedProxy> proxies = SortedTable.empty();

    /** Returns all proxies, by name of the workload. */
    List<ExpectedProxy> all() {
        return List.copyOf(proxies.values());
    }

    Optional<ExpectedProxy> find(String workload) {
        return proxies.find(workload);
    }

    synchronized void left(ConnectedProxy last, Instant at) {
        departed.put(last.workload(), new Departed(last, at));
    }

    /**
     * Updates the entry of one workload.
     *
     * @param served its present configuration; empty if the registry no longer has it
     * @param connected the proxies that serve it
     */
    synchronized void refresh(
            String workload, Supplier<Optional<ServedWorkload>> served, Supplier<List<ConnectedProxy>> connected) {
        Optional<ServedWorkload> present = served.get();
        if (present.isEmpty()) {
            departed.remove(workload);
        }
        Optional<ExpectedProxy> next = present.map(now -> proxy(workload, now, connected.get()));
        acknowledged.replace(proxies.find(workload).orElse(null), next.orElse(null));
        proxies = proxies.with(workload, next);
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
    private ExpectedProxy proxy(String workload, ServedWorkload served, List<ConnectedProxy> streams) {
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
