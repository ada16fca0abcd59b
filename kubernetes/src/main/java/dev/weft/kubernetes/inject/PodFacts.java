package dev.weft.kubernetes.inject;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is looked at of a pod, or of the template of pods.
 *
 * @param namespace empty where the manifest does not say it
 * @param initContainers their names, in order
 */
record PodFacts(
        String namespace,
        Map<String, String> labels,
        Map<String, String> annotations,
        boolean hostNetwork,
        List<String> initContainers) {

    /** The annotation of the API server's copy of a pod that a node keeps in a file. */
    static final String STATIC_POD = "kubernetes.io/config.mirror";

    /** Namespaces whose pods are never in the mesh. */
    static final List<String> NEVER = List.of("kube-system", "weft-system");

    PodFacts {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
        initContainers = List.copyOf(initContainers);
    }

    String annotation(String key, String otherwise) {
        return annotations.getOrDefault(key, otherwise);
    }

    /** What the pod says about injection; empty if it says nothing. The label counts before the annotation. */
    String wish() {
        return labels.getOrDefault(Annotation.INJECT, annotation(Annotation.INJECT, ""));
    }
}
