package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The API server that KUBECONFIG names makes of each sample the pod that was recorded. It must serve {@code
 * admissionregistration.k8s.io/v1beta1} and have no Weft. With {@code -Dweft.golden.write=true} the pods are recorded again.
 */
final class RecordedPodsOnAClusterTest {

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
    private static final Path RESOURCES = Path.of("src/test/resources/dev/weft/kubernetes/inject");
    private static final boolean RECORDS = Boolean.getBoolean("weft.golden.write");
    /** The API server adds a volume of this name, and a mount of it, with the token for itself. */
    private static final String OWN_TOKEN = "kube-api-access-";

    private static @Nullable KubernetesClient client;

    static Stream<String> pods() {
        return Samples.RECORDED.stream();
    }

    @BeforeAll
    static void bringPolicyIntoForce() {
        assumeTrue(Boolean.getBoolean("weft.cluster"), "not asked for a cluster: skipped");
        assumeTrue(System.getenv("KUBECONFIG") != null, "KUBECONFIG names no cluster: skipped");
        KubernetesClient connected = new KubernetesClientBuilder().build();
        assumeTrue(
                connected.namespaces().withName("weft-system").get() == null,
                "the cluster has a Weft of its own: skipped");
        client = connected;
        namespace(connected, "shop", Map.of());
        namespace(
                connected,
                "older",
                Map.ofEntries(
                        Map.entry("weft.dev/trace-ratio", "2"),
                        Map.entry("weft.dev/otlp-endpoint", "https://c"),
                        Map.entry("weft.dev/access-log-calls", "yes"),
                        Map.entry("weft.dev/detect-http", "11s"),
                        Map.entry("weft.dev/detect-declared", "0s"),
                        Map.entry("weft.dev/first-head", "11m"),
                        Map.entry("weft.dev/connect-timeout", "61s"),
                        Map.entry("weft.dev/http-idle", "11m"),
                        Map.entry("weft.dev/http-connect", "allow"),
                        Map.entry("weft.dev/http-head", "7"),
                        Map.entry("weft.dev/http-fields", "1001"),
                        Map.entry("weft.dev/denial-reasons", "some"),
                        Map.entry("weft.dev/peer-silence", "0s"),
                        Map.entry("weft.dev/max-sessions", "0"),
                        Map.entry("weft.dev/max-held", "128"),
                        Map.entry("weft.dev/log-level", "loud"),
                        Map.entry("weft.dev/proxy-cpu-limit", "all"),
                        Map.entry("weft.dev/workload-api", "on")));
        connected.resourceList(Samples.policy()).serverSideApply();
        Waiting.until("the policy is in force", RecordedPodsOnAClusterTest::isInForce);
    }

    private static void namespace(KubernetesClient connected, String name, Map<String, String> annotations) {
        connected
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("weft.dev/inject", "enabled")
                        .withAnnotations(annotations)
                        .endMetadata()
                        .build())
                .createOr(namespace -> namespace.update());
    }

    private static boolean isInForce() {
        try {
            return !made("plain").getInitContainers().isEmpty()
                    && !made("inherited").getInitContainers().isEmpty();
        } catch (KubernetesClientException e) {
            return false; // the namespace's ServiceAccount is not there yet
        }
    }

    @AfterAll
    static void leaveNothing() {
        if (client != null) {
            client.resourceList(Samples.policy()).delete();
            client.namespaces().withName("shop").delete();
            client.namespaces().withName("older").delete();
            client.close();
        }
    }

    @ParameterizedTest
    @MethodSource("pods")
    void makesThePodThatWasRecorded(String name) throws Exception {
        String text = SERIALIZATION.asYaml(made(name));
        Path recorded = RESOURCES.resolve("recorded/" + name + ".recorded.yaml");
        if (RECORDS) {
            Files.writeString(RESOURCES.resolve("policy.yaml"), Samples.policy());
            Files.writeString(recorded, text);
        }
        assertThat(text).isEqualTo(Files.readString(recorded));
    }

    /** Returns the containers and volumes of the pod that the API server would make of a sample. */
    private static PodSpec made(String name) {
        Pod given = SERIALIZATION.unmarshal(Samples.text("recorded/" + name + ".yaml"), Pod.class);
        PodSpec spec = Objects.requireNonNull(client, "client")
                .resource(given)
                .dryRun()
                .create()
                .getSpec();
        return new PodSpecBuilder()
                .withInitContainers(withoutOwnToken(spec.getInitContainers()))
                .withContainers(withoutOwnToken(spec.getContainers()))
                .withVolumes(spec.getVolumes().stream()
                        .filter(volume -> !volume.getName().startsWith(OWN_TOKEN))
                        .toList())
                .build();
    }

    private static List<Container> withoutOwnToken(List<Container> containers) {
        containers.forEach(container ->
                container.getVolumeMounts().removeIf(mount -> mount.getName().startsWith(OWN_TOKEN)));
        return containers;
    }
}
