package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kinds that the API server has not, or not yet, or not for us. */
final class OptionalKindsTest {

    private static final TrustDomain MESH = TrustDomain.parse("cluster.local");
    private static final String ROUTE = """
            {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute",\
            "metadata":{"name":"r","namespace":"shop","uid":"r","resourceVersion":"5"},\
            "spec":{"parentRefs":[{"group":"","kind":"Service","name":"api"}],"rules":[{}]}}""";

    @SuppressWarnings("NullAway.Init")
    private FakeApiServer server;

    @SuppressWarnings("NullAway.Init")
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = new FakeApiServer();
        client = server.client();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void routesThatAreThereAreKnownFromTheStart() throws IOException {
        server.has("httproutes", ROUTE);
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            assertThat(registry.current().routes()).hasSize(1);
        }
    }

    @Test
    void aKindThatIsNotThereIsNoErrorAndIsFollowedOnceItIs() throws IOException {
        server.lacks("httproutes", true);
        server.lacks("grpcroutes", true);
        server.has("httproutes", ROUTE);
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            assertThat(registry.current().routes()).isEmpty();
            assertThat(registry.errors()).isEmpty();
            server.lacks("httproutes", false);
            Waiting.until(
                    "the route is known", () -> registry.current().routes().size() == 1);
            Waiting.until("no error", () -> registry.errors().isEmpty());
        }
    }

    /** As when the API server serves it in other versions only: the watch tells of no object that it is gone. */
    @Test
    void theObjectsOfAKindThatIsThereNoMoreAreGoneUntilItComesBack() throws IOException {
        server.has("httproutes", ROUTE);
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            assertThat(registry.current().routes()).hasSize(1);
            server.lacks("httproutes", true);
            Waiting.until("the route is gone", () -> registry.current().routes().isEmpty());
            server.lacks("httproutes", false);
            Waiting.until(
                    "the route is known", () -> registry.current().routes().size() == 1);
        }
    }

    @Test
    void grantsAreKnownFromTheStart() throws IOException {
        server.has("referencegrants", """
                {"apiVersion":"gateway.networking.k8s.io/v1beta1","kind":"ReferenceGrant",\
                "metadata":{"name":"g","namespace":"payments","uid":"g","resourceVersion":"5"},\
                "spec":{"from":[{"group":"gateway.networking.k8s.io","kind":"HTTPRoute","namespace":"shop"}],\
                "to":[{"group":"","kind":"Service"}]}}""");
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            assertThat(registry.current().grants()).hasSize(1);
            assertThat(registry.errors()).isEmpty();
        }
    }

    @Test
    void aKindThatMayNotBeListedIsSaidAndStopsNothing() throws IOException {
        server.denies("grpcroutes");
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            Waiting.until(
                    "it is said",
                    () -> registry.errors().stream()
                            .anyMatch(error -> error.toString()
                                            .startsWith("kubernetes: grpcroutes.gateway.networking.k8s.io: WEFT-K022")
                                    && error.toString().contains("is forbidden")));
            server.denies("");
            Waiting.until("all is well again", () -> registry.errors().isEmpty());
        }
    }
}
