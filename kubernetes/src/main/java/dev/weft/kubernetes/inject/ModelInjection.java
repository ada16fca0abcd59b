package dev.weft.kubernetes.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The same change as {@link PodInjection}, of a pod as the client library has it. */
public final class ModelInjection {

    private final KubernetesSerialization serialization = new KubernetesSerialization();
    private final PodInjection injection;

    public ModelInjection(InjectionSettings settings) {
        this.injection = new PodInjection(settings);
    }

    /**
     * The pod with a sidecar; the same pod where it has one, wants none or cannot have one.
     *
     * @throws InvalidPodException if an annotation of the mesh is unknown, or has a value that it cannot have
     */
    public Pod inject(Pod pod) throws InvalidPodException {
        PodFacts facts = facts(pod);
        if (Verdict.of(facts) != Verdict.INJECTED) {
            return pod;
        }
        Annotation.check(facts);
        List<Container> containers = new ArrayList<>(models(injection.initContainers(facts), Container.class));
        containers.addAll(pod.getSpec().getInitContainers());
        List<Volume> volumes = new ArrayList<>(pod.getSpec().getVolumes());
        volumes.addAll(models(injection.volumes(facts), Volume.class));
        return new PodBuilder(pod)
                .editSpec()
                .withInitContainers(containers)
                .withVolumes(volumes)
                .endSpec()
                .build();
    }

    private <T> List<T> models(List<Object> trees, Class<T> type) {
        return trees.stream()
                .map(tree -> serialization.convertValue(tree, type))
                .toList();
    }

    private static PodFacts facts(Pod pod) {
        return new PodFacts(
                Objects.requireNonNullElse(pod.getMetadata().getNamespace(), ""),
                Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of()),
                Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.of()),
                Optional.ofNullable(pod.getSpec().getHostNetwork()).orElse(false),
                pod.getSpec().getInitContainers().stream()
                        .map(Container::getName)
                        .toList());
    }
}
