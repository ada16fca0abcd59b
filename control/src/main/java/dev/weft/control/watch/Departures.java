package dev.weft.control.watch;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is known of proxies whose streams ended, for as long as the registry has their workloads. */
final class Departures {

    private record Departed(ConnectedProxy last, Instant at) {}

    private final Map<String, Departed> departed = new HashMap<>();

    synchronized void left(ConnectedProxy last, Instant at) {
        departed.put(last.workload(), new Departed(last, at));
    }

    synchronized void retain(MeshState state) {
        departed.keySet().retainAll(state.workloads().keySet());
    }

    /** All meshed workloads by name, each with the newest of its streams, or what its last one said. */
    synchronized List<ExpectedProxy> all(MeshState state, List<ConnectedProxy> connected) {
        Map<String, List<ConnectedProxy>> streams =
                connected.stream().collect(Collectors.groupingBy(ConnectedProxy::workload));
        return state.workloads().entrySet().stream()
                .map(entry -> proxy(entry.getKey(), entry.getValue(), streams.getOrDefault(entry.getKey(), List.of())))
                .sorted(Comparator.comparing(ExpectedProxy::workload))
                .toList();
    }

    private ExpectedProxy proxy(String workload, MeshState.Served served, List<ConnectedProxy> streams) {
        Departed before = departed.get(workload);
        Optional<ConnectedProxy> newest = streams.stream().max(Comparator.comparing(ConnectedProxy::since));
        if (newest.isEmpty()) {
            return new ExpectedProxy(
                    workload,
                    served.identity(),
                    false,
                    Optional.ofNullable(before).map(Departed::at),
                    Optional.ofNullable(before).map(Departed::last));
        }
        // A stream that has just opened has not reported yet: what an older one said still holds.
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
                leaf.isPresent() ? newest.map(proxy -> proxy.withLeaf(leaf.get())) : newest);
    }
}
