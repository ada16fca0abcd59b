package dev.weft.kubernetes.registry;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;

/**
 * Removes the large parts of objects that no mapping reads. At the start, the objects of the whole cluster wait in
 * memory until all are listed; a pod is several times smaller without these parts.
 */
final class UnreadParts {
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private UnreadParts() {}

    static void removeFrom(HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        metadata.setManagedFields(List.of());
        if (metadata.getAnnotations() != null) {
            metadata.getAnnotations().remove(LAST_APPLIED);
        }
        if (object instanceof Pod pod && pod.getSpec() != null) {
            removeFrom(pod.getSpec());
        } else if (object instanceof Node node) {
            node.setMetadata(new ObjectMetaBuilder()
                    .withName(metadata.getName())
                    .withUid(metadata.getUid())
                    .withResourceVersion(metadata.getResourceVersion())
                    .withLabels(NodeZones.labels(metadata))
                    .build());
            node.setSpec(null);
            node.setStatus(null);
        }
    }

    private static void removeFrom(PodSpec spec) {
        spec.setVolumes(List.of());
        spec.setTolerations(List.of());
        spec.setAffinity(null);
        spec.setEphemeralContainers(List.of());
        spec.getContainers().forEach(UnreadParts::removeFrom);
        spec.getInitContainers().forEach(UnreadParts::removeFrom);
    }

    private static void removeFrom(Container container) {
        container.setCommand(List.of());
        container.setArgs(List.of());
        container.setEnv(List.of());
        container.setEnvFrom(List.of());
        container.setVolumeMounts(List.of());
        container.setResources(null);
        container.setSecurityContext(null);
        container.setLifecycle(null);
    }
}
