package dev.weft.kubernetes.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.Trees;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an installation sets of the control plane's pods. */
final class ControlPodTest {

    private static InstallSettings settings(ControlPod pod) {
        return new InstallSettings(
                Samples.settings(),
                InjectionMethod.WEBHOOK,
                "1.0.0",
                Duration.ofHours(2),
                Optional.empty(),
                true,
                3,
                PeeringService.NONE,
                pod);
    }

    private static List<Map<String, Object>> objects(ControlPod pod) {
        return Manifests.objects(settings(pod), List.of());
    }

    private static Map<String, Object> pod(ControlPod pod) {
        Map<String, Object> deployment = objects(pod).stream()
                .filter(object -> "Deployment".equals(object.get("kind")))
                .findFirst()
                .orElseThrow();
        return Trees.map(Trees.map(Trees.map(deployment, "spec"), "template"), "spec");
    }

    private static List<Map<String, Object>> quotas(ControlPod pod) {
        return objects(pod).stream()
                .filter(object -> "ResourceQuota".equals(object.get("kind")))
                .toList();
    }

    @Test
    void usuallyIsCriticalWithAQuotaAndHasNoPullSecret() {
        Map<String, Object> pod = pod(ControlPod.USUAL);
        assertThat(pod)
                .containsEntry("priorityClassName", "system-cluster-critical")
                .doesNotContainKey("imagePullSecrets");
        assertThat(quotas(ControlPod.USUAL)).singleElement().satisfies(quota -> {
            assertThat(Trees.map(quota, "metadata")).containsEntry("namespace", "weft-system");
            assertThat(Trees.map(quota, "spec").toString()).contains("PriorityClass", "[system-cluster-critical]");
        });
    }

    @Test
    void hasTheMemoryTheSecretAndTheClassThatAreSet() {
        ControlPod wanted = new ControlPod("2Gi", "registry", "");
        Map<String, Object> pod = pod(wanted);
        assertThat(pod)
                .doesNotContainKey("priorityClassName")
                .containsEntry("imagePullSecrets", List.of(Map.of("name", "registry")));
        Map<String, Object> container =
                Trees.asMap(Trees.list(pod, "containers").getFirst(), "container");
        assertThat(container)
                .containsEntry(
                        "resources",
                        Map.of(
                                "requests", Map.of("cpu", "100m", "memory", "768Mi"),
                                "limits", Map.of("memory", "2Gi")));
        assertThat(quotas(wanted)).isEmpty();
    }

    @Test
    void anUpgradeKeepsThem() {
        ControlPod wanted = new ControlPod("1Gi", "registry", "mine");
        Map<String, String> data = data(wanted);
        assertThat(InstallRecord.read(data).settings().pod()).isEqualTo(wanted);

        Map<String, String> earlier = new HashMap<>(data);
        earlier.keySet().removeAll(List.of("control-memory", "image-pull-secret", "priority-class"));
        assertThat(InstallRecord.read(earlier).settings().pod())
                .as("a version before that did not know them")
                .isEqualTo(ControlPod.USUAL);
    }

    private static Map<String, String> data(ControlPod pod) {
        return Trees.map(objects(pod).getLast(), "data").entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue())));
    }

    @ParameterizedTest
    @CsvSource({
        "512, '', a number and Mi or Gi",
        "255Mi, '', 256Mi to 64Gi",
        "65Gi, '', 256Mi to 64Gi",
        "1Gi, Registry, lower-case"
    })
    void refusesWhatNoPodCanHave(String memory, String secret, String expected) {
        assertThatThrownBy(() -> new ControlPod(memory, secret, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }
}
