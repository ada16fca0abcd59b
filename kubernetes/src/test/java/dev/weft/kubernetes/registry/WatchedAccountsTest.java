package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Workload;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ServiceAccounts of an API server that says everything, nothing, or something else. */
@SuppressWarnings("NullAway.Init")
final class WatchedAccountsTest {

    private static final TrustDomain MESH = TrustDomain.parse("cluster.local");

    private FakeApiServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer();
        client = server.client();
        server.has("pods", pod("web", "10.1.0.1") + "," + pod("api", "10.1.0.2"));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static String pod(String account, String address) {
        Pod pod = Pods.meshed("shop", account + "-1", address)
                .editMetadata()
                .withResourceVersion("1")
                .endMetadata()
                .editSpec()
                .withServiceAccountName(account)
                .endSpec()
                .build();
        return new KubernetesSerialization().asJson(pod);
    }

    private static String account(String name) {
        return """
                {"apiVersion":"v1","kind":"ServiceAccount","metadata":\
                {"namespace":"shop","name":"%1$s","uid":"%1$s","resourceVersion":"2"}}""".formatted(name);
    }

    private static List<String> ended(KubernetesRegistry registry) {
        return registry.current().workloads().values().stream()
                .filter(Workload::identityEnded)
                .map(workload -> workload.name().name())
                .toList();
    }

    private static boolean complains(KubernetesRegistry registry) {
        return registry.errors().stream()
                .anyMatch(error -> error.toString().startsWith("kubernetes: serviceaccounts: WEFT-K022"));
    }

    @Test
    void anAccountThatWasDeletedWhileNobodyWatchedIsNoticedAtTheStart() throws IOException {
        server.has("serviceaccounts", account("api"));
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            Waiting.until("the identity has ended", () -> ended(registry).equals(List.of("web-1")));
        }
    }

    @Test
    void anotherListEndsOnlyWhatItLacks() throws IOException {
        server.has("serviceaccounts", account("web") + "," + account("api"));
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            assertThat(ended(registry)).isEmpty();
            server.has("serviceaccounts", account("web"));
            server.says(
                    "serviceaccounts", "{\"type\":\"ERROR\",\"object\":" + FakeApiServer.status(410, "too old") + "}");
            Waiting.until("only that account is gone", () -> ended(registry).equals(List.of("api-1")));
        }
    }

    @Test
    void whereTheyMayNotBeListedNobodyLosesAnythingAndThatIsTold() throws IOException {
        server.denies("serviceaccounts");
        server.has("serviceaccounts", account("api"));
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            Waiting.until("it is told", () -> complains(registry));
            assertThat(ended(registry)).isEmpty();
            server.denies("");
            Waiting.until("all are listed", () -> ended(registry).equals(List.of("web-1")));
            Waiting.until("all is well", () -> !complains(registry));
        }
    }
}
