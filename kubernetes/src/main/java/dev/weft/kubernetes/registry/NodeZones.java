package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The zones of nodes, for pods that have no label with their zone: Kubernetes before 1.35 does not give them one. A
 * change of a node costs nothing unless its zone changes, or no pod needs it. Not safe for use by several threads.
 */
final class NodeZones {

    private final Map<String, String> zones = new HashMap<>();
    /** The pods that need their node's zone, by node. */
    private final Map<String, Set<ObjectName>> needing = new HashMap<>();
    /** Nodes that are gone, while pods that need their zone are not: each would be told of twice. */
    private final Set<String> leaving = new HashSet<>();

    /** Returns the pod with the zone of its node. Each pod that was added, changed or deleted passes here. */
    Optional<MappedPod> placed(Optional<MappedPod> pod) {
        return pod.map(each -> each.withNodeZone(needs(each) ? zones.getOrDefault(each.node(), "") : ""));
    }

    /** Notes a change of a pod; null if there is none before or now. */
    void changed(@Nullable MappedPod before, @Nullable MappedPod now) {
        if (before != null) {
            remove(before);
        }
        if (now != null && needs(now)) {
            needing.computeIfAbsent(now.node(), _ -> new TreeSet<>()).add(now.name());
        }
        if (before != null && !needing.containsKey(before.node()) && leaving.remove(before.node())) {
            zones.remove(before.node());
        }
    }

    private void remove(MappedPod pod) {
        Set<ObjectName> others = needing.get(pod.node());
        if (others != null && others.remove(pod.name()) && others.isEmpty()) {
            needing.remove(pod.node());
        }
    }

    private static boolean needs(MappedPod pod) {
        return !pod.node().isEmpty() && !pod.labels().containsKey(Workload.ZONE_LABEL);
    }

    /** Returns the labels of a node that are read. */
    static Map<String, String> labels(ObjectMeta node) {
        String zone = node.getLabels() == null ? null : node.getLabels().get(Workload.ZONE_LABEL);
        return zone == null ? Map.of() : Map.of(Workload.ZONE_LABEL, zone);
    }

    /**
     * Takes a node that was added, changed or deleted. The zone of a deleted node stays that of its pods.
     *
     * @return the pods whose zone has changed
     */
    List<ObjectName> node(String name, Optional<Node> node) {
        if (node.isEmpty() && needing.containsKey(name)) {
            leaving.add(name);
            return List.of();
        }
        leaving.remove(name);
        String zone = node.map(each -> labels(each.getMetadata()).get(Workload.ZONE_LABEL))
                .orElse("");
        String before = Objects.requireNonNullElse(zone.isEmpty() ? zones.remove(name) : zones.put(name, zone), "");
        return zone.equals(before) ? List.of() : List.copyOf(needing.getOrDefault(name, Set.of()));
    }
}
