package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code workload-api.yaml}: what a pod gets beside {@link PodTemplate} where its containers are to reach the SPIFFE Workload API.
 * Each part has the lists {@link #ENV} and {@link #MOUNTS}, which come after those that a container has.
 *
 * @param sidecar what the sidecar gets
 * @param application what each other container and init container gets
 * @param volumes that come last in the pod's
 */
record WorkloadApiTemplate(Map<String, Object> sidecar, Map<String, Object> application, List<Object> volumes) {

    static final String ENV = "env";
    static final String MOUNTS = "volumeMounts";

    /** What a part adds to, in the order in which it does. */
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

    /** Whether a pod asks for it, or else its namespace does. */
    static boolean wanted(PodFacts pod, Map<String, String> ofNamespace) {
        String otherwise = ofNamespace.getOrDefault(Annotation.WORKLOAD_API, "");
        return pod.annotation(Annotation.WORKLOAD_API, otherwise).equals(Annotation.ENABLED);
    }

    /** The init containers of the mesh, of which the sidecar serves the API. */
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
     * Whether a container is left as it is, as it has a Workload API of its own, or this one already.
     *
     * @param variables names of those of its environment
     * @param mounts paths of what is mounted
     */
    boolean leaves(Set<String> variables, Set<String> mounts) {
        return variables.contains(variable()) || mounts.contains(mountPath());
    }

    /** The variable by which SPIFFE libraries find the API. */
    String variable() {
        return first(ENV, "name");
    }

    /** Where the socket's directory is in a container. */
    String mountPath() {
        return first(MOUNTS, "mountPath");
    }

    /** The volume of the socket. */
    String volume() {
        return first(MOUNTS, "name");
    }

    private String first(String list, String member) {
        Object first = Trees.list(application, list).getFirst();
        return String.valueOf(Trees.asMap(first, list).get(member));
    }
}
