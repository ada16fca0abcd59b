package dev.weft.kubernetes.inject;

import java.util.List;
import java.util.Map;

/** Finds pods that should have a sidecar but have none, because they were created while nothing injected sidecars. */
public final class MissingSidecar {

    private MissingSidecar() {}

    /**
     * A pod as it exists in the cluster.
     *
     * @param os the operating system that it says it needs; empty if it does not say
     * @param initContainers restart policies of its init containers, by their names; an empty text where one has none
     */
    public record Pod(
            String namespace,
            Map<String, String> labels,
            Map<String, String> annotations,
            boolean hostNetwork,
            String os,
            Map<String, String> initContainers) {

        private PodFacts facts() {
            return new PodFacts(namespace, labels, annotations, hostNetwork, os, initContainers, List.of());
        }
    }

    /**
     * Whether a pod lacks its sidecar. An init container with the sidecar's name that does not keep running is none.
     *
     * @param ofMesh whether its namespace requests injection
     */
    public static boolean of(Pod pod, boolean ofMesh) {
        PodFacts facts = pod.facts();
        boolean without = switch (Verdict.of(facts)) {
            case INJECTED, NAME_TAKEN -> true;
            case ALREADY, OPTED_OUT, HOST_NETWORK, STATIC, WINDOWS, NEVER -> false;
        };
        return without && (ofMesh || facts.wish().equals("enabled"));
    }

    /**
     * Whether a pod of the host's network is not meshed, although its namespace requests injection and the pod does not
     * say {@code disabled}.
     *
     * @param ofMesh whether its namespace requests injection
     */
    public static boolean hostNetwork(Pod pod, boolean ofMesh) {
        return isLeftOut(pod, ofMesh, Verdict.HOST_NETWORK);
    }

    /** Whether a pod for Windows is not meshed, in the same way. */
    public static boolean windows(Pod pod, boolean ofMesh) {
        return isLeftOut(pod, ofMesh, Verdict.WINDOWS);
    }

    private static boolean isLeftOut(Pod pod, boolean ofMesh, Verdict why) {
        PodFacts facts = pod.facts();
        return ofMesh && Verdict.of(facts) == why && !facts.wish().equals("disabled");
    }

    /** Whether the labels of a namespace request injection. */
    public static boolean asked(Map<String, String> labels) {
        return "enabled".equals(labels.get(Annotation.INJECT));
    }

    /** Whether no pod of this namespace ever gets a sidecar. */
    public static boolean isExcluded(String namespace) {
        return PodFacts.NEVER_MESHED.contains(namespace);
    }

    /** Whether a pod has a sidecar: an init container of that name that keeps running. */
    public static boolean hasSidecar(Pod pod) {
        return pod.facts().hasSidecar();
    }
}
