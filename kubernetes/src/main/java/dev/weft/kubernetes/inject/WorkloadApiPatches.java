package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Builds the operations (RFC 6902) that give a pod's containers access to the SPIFFE Workload API. */
final class WorkloadApiPatches {

    private final WorkloadApiTemplate template;

    WorkloadApiPatches(WorkloadApiTemplate template) {
        this.template = template;
    }

    /**
     * Returns the patches of the containers in a list of the pod.
     *
     * @param list {@code containers} or {@code initContainers}
     * @throws IllegalArgumentException if it is not a list of containers
     */
    List<Map<String, Object>> of(Map<String, Object> spec, String list) {
        List<Map<String, Object>> operations = new ArrayList<>();
        if (spec.get(list) == null) {
            return operations;
        }
        List<Object> containers = Trees.list(spec, list);
        for (int i = 0; i < containers.size(); i++) {
            Map<String, Object> container = Trees.asMap(containers.get(i), "container");
            if (!template.leaves(
                    texts(container, WorkloadApiTemplate.ENV, "name"),
                    texts(container, WorkloadApiTemplate.MOUNTS, "mountPath"))) {
                operations.addAll(ofContainer(container, "/spec/" + list + "/" + i + "/"));
            }
        }
        return operations;
    }

    private List<Map<String, Object>> ofContainer(Map<String, Object> container, String path) {
        List<Map<String, Object>> operations = new ArrayList<>();
        for (String list : WorkloadApiTemplate.LISTS) {
            if (container.get(list) == null) {
                operations.add(PodPatches.add(path + list, List.of()));
            }
            for (Object member : Trees.list(template.application(), list)) {
                operations.add(PodPatches.add(path + list + "/-", member));
            }
        }
        return operations;
    }

    private static Set<String> texts(Map<String, Object> container, String list, String member) {
        if (container.get(list) == null) {
            return Set.of();
        }
        return Trees.list(container, list).stream()
                .map(element -> String.valueOf(Trees.asMap(element, list).get(member)))
                .collect(Collectors.toSet());
    }
}
