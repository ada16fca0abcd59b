package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.kubernetes.manifest.YamlText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pods in which another container has the name of the sidecar. The admission policy refuses them in the same words. */
final class SidecarNameTest {

    private static final PodPatches.Namespace MESH =
            new PodPatches.Namespace("shop", Map.of("weft.dev/inject", "enabled"), Map.of());
    private static final PodPatches.Namespace OTHER = new PodPatches.Namespace("shop", Map.of(), Map.of());

    private static String pod(String metadata, String restartPolicy) {
        return """
            {kind: Pod, metadata: {name: web%s}, spec: {containers: [{name: a}],
             initContainers: [{name: weft-proxy, image: own%s}]}}
            """.formatted(metadata, restartPolicy);
    }

    private static List<Map<String, Object>> patches(PodPatches.Namespace namespace, String pod)
            throws InvalidPodException {
        return new PodPatches(Samples.settings())
                .of(namespace, YamlText.trees(pod).getFirst());
    }

    @Test
    void areRefused() {
        String words = "has an init container weft-proxy that is no sidecar, because its restartPolicy is not Always:"
                + " give it another name";
        assertThatThrownBy(() -> new PodInjection(Samples.settings()).inject(pod("", "")))
                .isInstanceOf(InvalidPodException.class)
                .hasMessage("pod web: " + words);
        assertThatThrownBy(() -> patches(MESH, pod("", "")))
                .isInstanceOf(InvalidPodException.class)
                .hasMessage("the pod " + words);
        assertThat(Samples.policy()).contains("the pod " + words);
    }

    @Test
    void areNotRefusedWhereTheyGetNoSidecar() throws Exception {
        String disabled = pod(", labels: {weft.dev/inject: disabled}", "");
        assertThat(new PodInjection(Samples.settings()).inject(disabled).text()).isEqualTo(disabled);
        assertThat(patches(MESH, disabled)).isEmpty();
        assertThat(patches(OTHER, pod("", ""))).isEmpty();
    }

    @Test
    void aSidecarIsLeft() throws Exception {
        String meshed = pod("", ", restartPolicy: Always");
        assertThat(new PodInjection(Samples.settings()).inject(meshed).text()).isEqualTo(meshed);
        assertThat(patches(MESH, meshed)).isEmpty();
    }

    @Test
    void uninjectLeavesTheOtherContainer() throws Exception {
        assertThat(PodInjection.uninject(pod("", "")).text()).isEqualTo(pod("", ""));
    }
}
