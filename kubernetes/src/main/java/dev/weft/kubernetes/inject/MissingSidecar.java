package dev.weft.kubernetes.inject;

import java.util.List;
import java.util.Map;

/** Finds pods that should have a sidecar but have none, because they were created while nothing injected sidecars. */
public final class MissingSidecar {

    private MissingSidecar() {}

    /**
     * Whether a pod lacks its sidecar.
     *
     * @param ofMesh whether its namespace requests injection
     * @param initContainers names of its init containers
     */
    public static boolean of(
            String namespace,
            boolean ofMesh,
            Map<String, String> labels,
            Map<String, String> annotations,
            boolean hostNetwork,
            List<String> initContainers) {
        PodFacts pod = new PodFacts(namespace, labels, annotations, hostNetwork, initContainers, List.of());
        return Verdict.of(pod) == Verdict.INJECTED && (ofMesh || pod.wish().equals("enabled"));
    }

    /**
     * Whether a pod of the host's network is not meshed, although its namespace requests injection and the pod does not
     * say {@code disabled}.
     *
     * @param ofMesh whether its namespace requests injection
     */
    public static boolean hostNetwork(
            String namespace, boolean ofMesh, Map<String, String> labels, Map<String, String> annotations) {
        PodFacts pod = new PodFacts(namespace, labels, annotations, true, List.of(), List.of());
        return ofMesh && Verdict.of(pod) == Verdict.HOST_NETWORK && !pod.wish().equals("disabled");
    }

    /** Whether the labels of a namespace request injection. */
    public static boolean asked(Map<String, String> labels) {
        return "enabled".equals(labels.get(Annotation.INJECT));
    }

    /** Whether a pod has a sidecar. */
    public static boolean meshed(List<String> initContainers) {
        return initContainers.contains(PodTemplate.SIDECAR);
    }
}
