package dev.weft.control.watch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The proxies that are connected to other replicas, by workload and replica. Safe for use by several threads. */
final class OtherReplicasProxies {

    @GuardedBy("this")
    private final Map<String, Map<String, ConnectedProxy>> byWorkload = new HashMap<>();

    @GuardedBy("this")
    private final Map<String, Set<String>> cutOff = new HashMap<>();

    /** Sets the workloads whose streams a replica has cut off, and that are not back there. */
    synchronized void cutOff(String replica, Set<String> workloads) {
        if (workloads.isEmpty()) {
            cutOff.remove(replica);
        } else {
            cutOff.put(replica, Set.copyOf(workloads));
        }
    }

    synchronized Set<String> cutOff() {
        Set<String> all = new HashSet<>();
        cutOff.values().forEach(all::addAll);
        return all;
    }

    synchronized void put(String replica, ConnectedProxy proxy) {
        byWorkload.computeIfAbsent(proxy.workload(), _ -> new HashMap<>()).put(replica, proxy);
    }

    /** Removes a workload's proxy from a replica that no longer serves it; returns what was known of it. */
    synchronized Optional<ConnectedProxy> remove(String replica, String workload) {
        Map<String, ConnectedProxy> ofWorkload = byWorkload.get(workload);
        if (ofWorkload == null) {
            return Optional.empty();
        }
        Optional<ConnectedProxy> last = Optional.ofNullable(ofWorkload.remove(replica));
        if (ofWorkload.isEmpty()) {
            byWorkload.remove(workload);
        }
        return last;
    }

    synchronized List<ConnectedProxy> of(String workload) {
        return List.copyOf(byWorkload.getOrDefault(workload, Map.of()).values());
    }

    synchronized List<ConnectedProxy> all() {
        List<ConnectedProxy> all = new ArrayList<>();
        byWorkload.values().forEach(ofWorkload -> all.addAll(ofWorkload.values()));
        return all;
    }

    /** Returns the workloads whose proxies a replica serves. */
    synchronized List<String> servedBy(String replica) {
        return byWorkload.entrySet().stream()
                .filter(each -> each.getValue().containsKey(replica))
                .map(Map.Entry::getKey)
                .toList();
    }
}
