package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A namespace with invalid annotations that is older than the policies, on the API server that KUBECONFIG names. */
final class OlderAnnotationsOnAClusterTest {

    private static final String NAME = "older-annotations";

    private static @Nullable KubernetesClient client;

    @BeforeAll
    static void bringPoliciesIntoForce() {
        assumeTrue(Boolean.getBoolean("weft.cluster"), "not asked for a cluster: skipped");
        assumeTrue(System.getenv("KUBECONFIG") != null, "KUBECONFIG names no cluster: skipped");
        KubernetesClient connected = new KubernetesClientBuilder().build();
        assumeTrue(
                connected.namespaces().withName("weft-system").get() == null,
                "the cluster has a Weft of its own: skipped");
        client = connected;
        connected
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .withAnnotations(Map.of("weft.dev/inbound", "closed", "weft.dev/ingress", "no", "team", "a"))
                        .addToLabels("weft.dev/inject", "on")
                        .endMetadata()
                        .build())
                .createOr(namespace -> namespace.update());
        connected.resourceList(Samples.policy()).serverSideApply();
        Waiting.until("the policies are in force", () -> refused("weft.dev/nothing", "x"));
    }

    @AfterAll
    static void leaveNothing() {
        if (client != null) {
            client.resourceList(Samples.policy()).delete();
            client.namespaces().withName(NAME).delete();
            client.close();
        }
    }

    @Test
    void blockNoOtherChange() {
        assertThat(refused("team", "b")).isFalse();
        assertThat(refused("weft.dev/egress", "deny")).isFalse();
        assertThat(refused("weft.dev/inbound", "strict")).isFalse();
    }

    @Test
    void anotherInvalidValueIsRefused() {
        assertThat(refused("weft.dev/inbound", "open")).isTrue();
        assertThat(refused("weft.dev/ingress", "yes")).isTrue();
        assertThat(refused("weft.dev/egress", "maybe")).isTrue();
        assertThatThrownBy(() -> change("weft.dev/egress", "maybe"))
                .hasMessageContaining("annotation weft.dev/egress: maybe (expected: allow, or deny)");
    }

    @Test
    void moreHeldThanTheMemoryLimitHasRoomForIsRefused() {
        assertThat(refused("weft.dev/max-held", "80")).as("without a limit").isFalse();
        assertThat(refused("weft.dev/max-held", "97")).as("out of range").isTrue();
        assertThatThrownBy(() -> pod(Map.of("weft.dev/max-held", "96", "weft.dev/proxy-memory-limit", "191Mi")))
                .hasMessageContaining("annotation weft.dev/max-held: 96 (expected: at least 96 MiB less than"
                        + " weft.dev/proxy-memory-limit, which is 191Mi; WEFT-K025)");
        pod(Map.of("weft.dev/max-held", "96", "weft.dev/proxy-memory-limit", "192Mi"));
        pod(Map.of("weft.dev/proxy-memory-limit", "100Mi"));
        pod(Map.of("weft.dev/max-held", "96"));
    }

    /** Creates a pod on trial. */
    private static void pod(Map<String, String> annotations) {
        Objects.requireNonNull(client, "client")
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .withNamespace(NAME)
                        .withAnnotations(annotations)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("app")
                        .withImage("app:1")
                        .endContainer()
                        .endSpec()
                        .build())
                .dryRun()
                .create();
    }

    private static boolean refused(String annotation, String value) {
        try {
            change(annotation, value);
            return false;
        } catch (KubernetesClientException e) {
            assertThat(e).hasMessageContaining("weft-namespaces");
            return true;
        }
    }

    /** Changes an annotation on trial. */
    private static void change(String annotation, String value) {
        KubernetesClient connected = Objects.requireNonNull(client, "client");
        Namespace now = connected.namespaces().withName(NAME).get();
        now.getMetadata().getAnnotations().put(annotation, value);
        connected.resource(now).dryRun().update();
    }
}
