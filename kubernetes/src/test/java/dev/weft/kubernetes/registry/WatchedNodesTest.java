package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Workload;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes of an API server, and what the registry does without them. */
@SuppressWarnings("NullAway.Init")
final class WatchedNodesTest {

    private static final TrustDomain MESH = TrustDomain.parse("cluster.local");
    private static final String NODE = """
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"one","resourceVersion":"2",\
            "labels":{"topology.kubernetes.io/zone":"%s"}},"status":{"images":[{"sizeBytes":1}]}}""";

    private FakeApiServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer();
        client = server.client();
        server.has(
                "pods",
                new KubernetesSerialization()
                        .asJson(Pods.meshed("shop", "web-1", "10.1.0.1")
                                .editMetadata()
                                .withResourceVersion("1")
                                .endMetadata()
                                .editSpec()
                                .withNodeName("one")
                                .endSpec()
                                .build()));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static List<String> zones(KubernetesRegistry registry) {
        return registry.current().workloads().values().stream()
                .map(Workload::zone)
                .toList();
    }

    private static boolean complains(KubernetesRegistry registry) {
        return registry.errors().stream()
                .anyMatch(error -> error.toString().startsWith("kubernetes: nodes: WEFT-K022"));
    }

    @Test
    void theFirstStateHasTheZonesOfNodesThatAreListedLast() throws IOException {
        server.has("nodes", NODE.formatted("east"));
        server.holds("nodes", WatchedKind.REFERENCE_GRANT.context().getPlural());
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            assertThat(zones(registry)).containsExactly("east");
        }
    }

    @Test
    void theStartDoesNotWaitLongForThem() throws IOException {
        server.has("nodes", NODE.formatted("east"));
        server.holds("nodes", "whatever nobody watches");
        RegistryTimings impatient = new RegistryTimings(
                MockCluster.QUICK.gather(),
                MockCluster.QUICK.patience(),
                Duration.ofMillis(1),
                MockCluster.QUICK.look());
        try (KubernetesRegistry registry = KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, impatient)) {
            assertThat(zones(registry)).containsExactly("");
        }
    }

    @Test
    void aRefusalIsAnAnswer() {
        server.denies("nodes");
        try (KindInformer nodes = KindInformer.of(WatchedKind.NODE, client, _ -> {})) {
            nodes.start();
            Waiting.until("it is known", () -> nodes.answered().isDone());
            assertThat(nodes.listed()).isNotDone();
        }
    }

    @Test
    void aPodHasTheZoneOfItsNodeAndOfItsNextOne() throws IOException {
        server.has("nodes", NODE.formatted("east"));
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            assertThat(zones(registry)).containsExactly("east");
            server.says(
                    "nodes",
                    "{\"type\":\"MODIFIED\",\"object\":"
                            + NODE.formatted("west").replace("\"2\"", "\"3\"") + "}");
            Waiting.until("the zone has changed", () -> zones(registry).equals(List.of("west")));
        }
    }

    @Test
    void whereTheyMayNotBeListedTheMeshIsThereAndThatIsTold() throws IOException {
        server.denies("nodes");
        server.has("nodes", NODE.formatted("east"));
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            Waiting.until("it is told", () -> complains(registry));
            assertThat(zones(registry)).containsExactly("");
            server.denies("");
            Waiting.until("the zone is known", () -> zones(registry).equals(List.of("east")));
            Waiting.until("all is well", () -> !complains(registry));
        }
    }
}
