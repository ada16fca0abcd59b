package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The function and the policy make the same pod of a pod. What the policy makes was recorded from an API server (1.34): the
 * containers and volumes of each pod, without those that the API server adds by itself. Whoever changes the policy changes
 * {@code policy.yaml}, and so records again, with {@link RecordedPodsOnAClusterTest}.
 */
final class RecordedPodsTest {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    static Stream<String> pods() {
        return Samples.RECORDED.stream();
    }

    @Test
    void thePolicyIsTheOneThatWasRecorded() {
        assertThat(Samples.policy()).isEqualTo(Samples.text("policy.yaml"));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void theFunctionMakesThePodThatThePolicyMade(String name) throws Exception {
        String given = Samples.text("recorded/" + name + ".yaml");
        PodSpec made = SERIALIZATION
                .unmarshal(new PodInjection(Samples.settings()).inject(given).text(), Pod.class)
                .getSpec();
        PodSpec recorded = SERIALIZATION.unmarshal(Samples.text("recorded/" + name + ".recorded.yaml"), PodSpec.class);

        assertThat(comparable(made.getInitContainers(), made.getVolumes()))
                .isEqualTo(comparable(recorded.getInitContainers(), recorded.getVolumes()));
        assertThat(comparable(made.getContainers(), List.of()))
                .isEqualTo(comparable(recorded.getContainers(), List.of()));
    }

    /** Without what the API server says by default. */
    private static String comparable(List<Container> containers, List<Volume> volumes) {
        for (Container container : containers) {
            container.setTerminationMessagePath(null);
            container.setTerminationMessagePolicy(null);
            Stream.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())
                    .filter(Probe.class::isInstance)
                    .forEach(probe -> probe.setSuccessThreshold(null));
            container.getEnv().stream()
                    .filter(variable -> "".equals(variable.getValue()))
                    .forEach(variable -> variable.setValue(null));
            container
                    .getPorts()
                    .forEach(port ->
                            port.setProtocol(container.getImage().startsWith("weft:") ? port.getProtocol() : null));
            if (!container.getImage().startsWith("weft:")) {
                container.setImagePullPolicy(null);
                container.setResources(null);
            }
        }
        for (Volume volume : volumes) {
            if (volume.getConfigMap() != null) {
                volume.getConfigMap().setDefaultMode(null);
            }
            if (volume.getProjected() != null) {
                volume.getProjected().setDefaultMode(null);
            }
        }
        return SERIALIZATION.asYaml(containers) + SERIALIZATION.asYaml(volumes);
    }
}
