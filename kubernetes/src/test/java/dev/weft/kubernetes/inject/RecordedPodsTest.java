package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.kubernetes.manifest.YamlText;
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
 * The function and the policy make the same pod of a pod. What the policy makes was recorded from an API server (1.34): the init
 * containers and volumes of each pod, without those that the API server adds by itself. Whoever changes the policy changes
 * {@code policy.yaml}, and so records again.
 */
final class RecordedPodsTest {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    static Stream<String> pods() {
        return Samples.RECORDED.stream();
    }

    @Test
    void thePolicyIsTheOneThatWasRecorded() {
        assertThat(YamlText.write(AdmissionPolicies.of(Samples.settings(), AdmissionVersion.V1BETA1)))
                .isEqualTo(Samples.text("policy.yaml"));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void theFunctionMakesThePodThatThePolicyMade(String name) throws Exception {
        Pod given = SERIALIZATION.unmarshal(Samples.text("recorded/" + name + ".yaml"), Pod.class);
        PodSpec made = new ModelInjection(Samples.settings()).inject(given).getSpec();
        PodSpec recorded = SERIALIZATION.unmarshal(Samples.text("recorded/" + name + ".recorded.yaml"), PodSpec.class);

        assertThat(comparable(made.getInitContainers(), made.getVolumes()))
                .isEqualTo(comparable(recorded.getInitContainers(), recorded.getVolumes()));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void theCommandWritesThePodThatTheFunctionMakes(String name) throws Exception {
        String text = Samples.text("recorded/" + name + ".yaml");
        Pod made = new ModelInjection(Samples.settings()).inject(SERIALIZATION.unmarshal(text, Pod.class));
        Pod written = SERIALIZATION.unmarshal(
                new PodInjection(Samples.settings()).inject(text).text(), Pod.class);

        assertThat(written).isEqualTo(made);
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
