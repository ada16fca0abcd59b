package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.kubernetes.inject.PodPatches.Namespace;
import dev.weft.kubernetes.manifest.YamlText;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resources and log level of sidecars. */
final class ResourcesTest {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private static Map<String, Object> pod(String annotations) {
        return YamlText.trees("{apiVersion: v1, kind: Pod, metadata: {name: web, annotations: {" + annotations
                        + "}}, spec: {containers: [{name: web}]}}")
                .getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "'',  '',   10m,  none, 96Mi,  160Mi, info",
        "0.5, '',   0.5,  0.5,  200Mi, 300Mi, debug",
        "0.5, 20m,  20m,  0.5,  200Mi, 300Mi, debug",
        "all, '',   10m,  none, 200Mi, 300Mi, debug"
    })
    void areThoseThatThePodElseTheNamespaceSays(
            String ofNamespace, String ofPod, String request, String limit, String least, String most, String level)
            throws Exception {
        Namespace namespace = new Namespace(
                "shop",
                Map.of("weft.dev/inject", "enabled"),
                ofNamespace.isEmpty()
                        ? Map.of()
                        : Map.of(
                                "weft.dev/proxy-cpu-request", ofNamespace,
                                "weft.dev/proxy-cpu-limit", ofNamespace,
                                "weft.dev/proxy-memory-request", "200Mi",
                                "weft.dev/proxy-memory-limit", "300Mi",
                                "weft.dev/log-level", "debug"));
        Map<String, Object> pod = pod(ofPod.isEmpty() ? "" : "weft.dev/proxy-cpu-request: " + ofPod);
        Map<String, Object> patched = Patched.by(new PodPatches(Samples.settings()).of(namespace, pod), pod);
        Pod made = SERIALIZATION.unmarshal(YamlText.write(List.of(patched)), Pod.class);

        for (Container container : made.getSpec().getInitContainers()) {
            assertThat(container.getResources().getRequests())
                    .hasToString("{cpu=%s, memory=%s}".formatted(request, least));
            assertThat(container.getResources().getLimits())
                    .hasToString(
                            (limit.equals("none") ? "{memory=%s}" : "{cpu=" + limit + ", memory=%s}").formatted(most));
        }
        assertThat(made.getSpec().getInitContainers().getLast().getEnv())
                .contains(new EnvVar("WEFT_LOG_LEVEL", level, null));
    }
}
