package dev.weft.kubernetes.inject;

import dev.weft.mesh.kind.SidecarSetting;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The relevant facts of a pod, or of a pod template.
 *
 * @param namespace empty if the manifest does not set it
 * @param hostNetwork whether it uses its node's network
 * @param os the operating system that it says it needs; empty if it does not say
 * @param initContainers restart policies of its init containers, by their names; an empty text where one has none
 * @param udpPorts UDP ports that its containers declare, and those init containers that keep running, in the order of
 *     the manifest, containers first
 */
record PodFacts(
        String namespace,
        Map<String, String> labels,
        Map<String, String> annotations,
        boolean hostNetwork,
        String os,
        Map<String, String> initContainers,
        List<String> udpPorts) {

    /** The operating system whose nodes run no sidecars. */
    static final String WINDOWS = "windows";

    /** The restart policy of an init container that keeps running beside the containers. */
    static final String ALWAYS = "Always";

    /** The annotation of mirror pods: the API server's copies of static pods, which a node reads from files. */
    static final String MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

    /** Namespaces whose pods are never in the mesh. */
    static final List<String> NEVER_MESHED = List.of("kube-system", "weft-system");

    PodFacts {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
        initContainers = Map.copyOf(initContainers);
        udpPorts = List.copyOf(udpPorts);
    }

    /** Whether it has a sidecar: an init container of that name that keeps running. */
    boolean hasSidecar() {
        return ALWAYS.equals(initContainers.get(PodTemplate.SIDECAR));
    }

    /** Whether an init container has the name of the sidecar but is none, because it ends. */
    boolean nameTaken() {
        return initContainers.containsKey(PodTemplate.SIDECAR) && !hasSidecar();
    }

    String annotation(String key, String otherwise) {
        return annotations.getOrDefault(key, otherwise);
    }

    /**
     * Returns these facts, with the settings of the namespace where the pod itself has none. An invalid setting of the
     * namespace is ignored: it can be older than the admission policy that refuses such a setting.
     *
     * @param ofNamespace annotations of the namespace
     */
    PodFacts withSettings(Map<String, String> ofNamespace) {
        Map<String, String> all = new LinkedHashMap<>(annotations);
        for (SidecarSetting setting : PodSettings.ALL) {
            String value = ofNamespace.get(setting.annotation());
            if (value != null && setting.accepts(value)) {
                all.putIfAbsent(setting.annotation(), value);
            }
        }
        return new PodFacts(namespace, labels, all, hostNetwork, os, initContainers, udpPorts);
    }

    /**
     * Returns the pod's setting for injection: {@code enabled}, {@code disabled}, or empty if it has none. The label
     * takes precedence over the annotation.
     */
    String wish() {
        return labels.getOrDefault(Annotation.INJECT, annotation(Annotation.INJECT, ""));
    }
}
