package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.util.List;
import java.util.Map;

/**
 * The content of {@code pod.yaml}: the parts that are added to a pod, with their {@link Placeholder holes}.
 *
 * @param initContainers init containers that come before the pod's own
 * @param volumes volumes that come after the pod's own
 */
record PodTemplate(List<Object> initContainers, List<Object> volumes) {

    static final String INIT = "weft-init";
    static final String SIDECAR = "weft-proxy";

    /** The user of the sidecar. The rules of its init container recognize the sidecar's traffic by this user. */
    static final int USER = 1056;

    PodTemplate {
        initContainers = List.copyOf(initContainers);
        volumes = List.copyOf(volumes);
    }

    static PodTemplate read() {
        Map<String, Object> tree =
                YamlText.resource(PodTemplate.class, "pod.yaml").getFirst();
        return new PodTemplate(Trees.list(tree, "initContainers"), Trees.list(tree, "volumes"));
    }

    List<String> namesOfInitContainers() {
        return names(initContainers);
    }

    List<String> namesOfVolumes() {
        return names(volumes);
    }

    private static List<String> names(List<Object> of) {
        return of.stream()
                .map(member -> String.valueOf(Trees.asMap(member, "member").get("name")))
                .toList();
    }
}
