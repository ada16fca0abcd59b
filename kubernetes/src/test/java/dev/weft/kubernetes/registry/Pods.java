package dev.weft.kubernetes.registry;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import java.util.Arrays;
import java.util.Map;

/** Pods as an API server has them. */
public final class Pods {

    private Pods() {}

    /** A pod that runs and is ready. */
    static PodBuilder plain(String namespace, String name, String... addresses) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withUid(namespace + "/" + name)
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName("web")
                .addNewContainer()
                .withName("app")
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withPodIPs(Arrays.stream(addresses).map(PodIP::new).toList())
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus();
    }

    /** The same with a sidecar. */
    public static PodBuilder meshed(String namespace, String name, String... addresses) {
        return plain(namespace, name, addresses)
                .editSpec()
                .addNewInitContainer()
                .withName("weft-init")
                .endInitContainer()
                .addNewInitContainer()
                .withName("weft-proxy")
                .withRestartPolicy("Always")
                .addNewPort()
                .withName("metrics")
                .withContainerPort(15_020)
                .endPort()
                .endInitContainer()
                .endSpec();
    }

    static PodBuilder annotated(Map<String, String> annotations) {
        return meshed("shop", "web-1", "10.1.0.1")
                .editMetadata()
                .withAnnotations(annotations)
                .endMetadata();
    }

    public static PodBuilder labelled(PodBuilder pod, String key, String value) {
        return pod.editMetadata().addToLabels(key, value).endMetadata();
    }

    static PodBuilder terminating(PodBuilder pod) {
        return pod.editMetadata().withDeletionTimestamp("2026-01-02T00:00:00Z").endMetadata();
    }

    /** The pod with what its application and its sidecar do. */
    static PodBuilder states(PodBuilder pod, boolean applicationEnded, boolean sidecarEnded) {
        return new PodBuilder(pod.build())
                .editStatus()
                .withContainerStatuses(status("app", applicationEnded))
                .withInitContainerStatuses(status("weft-init", true), status("weft-proxy", sidecarEnded))
                .endStatus();
    }

    private static ContainerStatus status(String name, boolean ended) {
        ContainerStatusBuilder status = new ContainerStatusBuilder().withName(name);
        return (ended
                        ? status.withNewState()
                                .withNewTerminated()
                                .endTerminated()
                                .endState()
                        : status.withNewState().withNewRunning().endRunning().endState())
                .build();
    }
}
