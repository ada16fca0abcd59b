package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The content of {@code workload-api.yaml}: the parts that are added, besides {@link PodTemplate}, to a pod whose
 * containers use the SPIFFE Workload API. Each part has the lists {@link #ENV} and {@link #MOUNTS}, which are appended
 * to those of a container.
 *
 * @param sidecar the part for the sidecar
 * @param application the part for each other container and init container
 * @param volumes volumes that come last in the pod
 */
record WorkloadApiTemplate(Map<String, Object> sidecar, Map<String, Object> application, List<Object> volumes) {

    static final String ENV = "env";
    static final String MOUNTS = "volumeMounts";

    /** The lists that a part adds to, in this order. */
    static final List<String> LISTS = List.of(ENV, MOUNTS);

    WorkloadApiTemplate {
        volumes = List.copyOf(volumes);
    }

    static WorkloadApiTemplate read() {
        Map<String, Object> tree =
                YamlText.resource(PodTemplate.class, "workload-api.yaml").getFirst();
        return new WorkloadApiTemplate(
                Trees.map(tree, "sidecar"), Trees.map(tree, "application"), Trees.list(tree, "volumes"));
    }

    /** Whether a pod requests the API, or, if it has no setting, its namespace does. */
    static boolean wanted(PodFacts pod, Map<String, String> ofNamespace) {
        String otherwise = ofNamespace.getOrDefault(Annotation.WORKLOAD_API, "");
        return pod.annotation(Annotation.WORKLOAD_API, otherwise).equals(Annotation.ENABLED);
    }

    /** Returns the mesh's init containers, with a sidecar that serves the API. */
    List<Object> serving(List<Object> initContainers) {
        return initContainers.stream()
                .map(each -> Trees.asMap(each, "init container"))
                .<Object>map(
                        container -> PodTemplate.SIDECAR.equals(container.get("name")) ? serving(container) : container)
                .toList();
    }

    private Map<String, Object> serving(Map<String, Object> container) {
        for (String list : LISTS) {
            List<Object> all = new ArrayList<>(Trees.list(container, list));
            all.addAll(Trees.list(sidecar, list));
            container.put(list, all);
        }
        return container;
    }

    /**
     * Whether a container is left unchanged, because it has another Workload API, or already this one.
     *
     * @param variables names of its environment variables
     * @param mounts its mount paths
     */
    boolean leaves(Set<String> variables, Set<String> mounts) {
        return variables.contains(variable()) || mounts.contains(mountPath());
    }

    /** The environment variable by which SPIFFE libraries find the API. */
    String variable() {
        return first(ENV, "name");
    }

    String mountPath() {
        return first(MOUNTS, "mountPath");
    }

    String volume() {
        return first(MOUNTS, "name");
    }

    private String first(String list, String member) {
        Object first = Trees.list(application, list).getFirst();
        return String.valueOf(Trees.asMap(first, list).get(member));
    }
}
