package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.registry.Registry;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens when the API server does not say everything, or nothing at all. */
@SuppressWarnings("NullAway.Init")
final class LostWatchTest {

    private static final TrustDomain MESH = TrustDomain.parse("cluster.local");
    private static final RegistryTimings SHORT = new RegistryTimings(
            Duration.ofMillis(5), Duration.ofSeconds(2), Duration.ofMillis(1), Duration.ofMillis(20));

    private FakeApiServer server;
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

    private static String revocation(String name, int version) {
        return """
                {"apiVersion":"weft.dev/v1alpha1","kind":"Revocation","metadata":{"name":"%1$s","uid":"%1$s","resourceVersion":"%2$d"},\
                "spec":{"issuer":{"keySha256":"%3$s"}}}""".formatted(name, version, "ab".repeat(32));
    }

    private static boolean has(Registry registry, String... names) {
        return registry.current().revocations().keySet().equals(Set.of(names));
    }

    @Test
    void aWatchThatIsTooOldIsBegunByAnotherList() throws IOException {
        server.has("revocations", revocation("a", 1) + "," + revocation("b", 2));
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            assertThat(has(registry, "a", "b")).isTrue();
            server.has("revocations", revocation("b", 2) + "," + revocation("c", 5));
            server.says("revocations", "{\"type\":\"ERROR\",\"object\":" + FakeApiServer.status(410, "too old") + "}");
            Waiting.until("a is gone and c is there", () -> has(registry, "b", "c"));
        }
    }

    @Test
    void aWatchThatEndsIsOpenedAgain() throws IOException {
        server.has("revocations", revocation("a", 1));
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            server.says("revocations", FakeApiServer.END);
            server.says("revocations", "{\"type\":\"ADDED\",\"object\":" + revocation("b", 200) + "}");
            Waiting.until("b is there", () -> has(registry, "a", "b"));
            server.says("revocations", "{\"type\":\"DELETED\",\"object\":" + revocation("a", 201) + "}");
            Waiting.until("a is gone", () -> has(registry, "b"));
        }
    }

    @Test
    void whatIsKnownStaysWhileNothingAnswersAndThatIsTold() throws IOException {
        server.has("revocations", revocation("a", 1));
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            AtomicInteger told = new AtomicInteger();
            registry.subscribe((_, _) -> told.incrementAndGet());
            server.isDown(true);
            server.says("revocations", FakeApiServer.END);
            Waiting.until(
                    "it is told",
                    () -> registry.errors().stream()
                            .anyMatch(error ->
                                    error.toString().startsWith("kubernetes: revocations.weft.dev: WEFT-K022")));
            assertThat(has(registry, "a")).isTrue();
            Waiting.until("a listener hears of it", () -> told.get() > 0);

            server.isDown(false);
            Waiting.until("all is well again", () -> registry.errors().isEmpty());
            assertThat(has(registry, "a")).isTrue();
        }
    }

    @Test
    void whatCannotBeListedAtTheStartIsNamedWithThePermission() {
        server.denies("authorizationpolicies");
        assertThatThrownBy(() -> KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, SHORT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("WEFT-K021: authorizationpolicies.weft.dev could not be listed for 2 s")
                .hasMessageContaining("is forbidden")
                .hasMessageContaining("to list and watch authorizationpolicies.weft.dev in all namespaces");
    }

    @Test
    void whatCannotBeReadOfARevocationAtTheStartIsUnknown() throws IOException {
        server.has("revocations", revocation("a", 1).replace("ab".repeat(32), "laptop"));
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            assertThat(registry.unknown()).singleElement().asString().contains("Revocation a", "laptop");
        }
    }

    @Test
    void whatComesLaterAndCannotBeReadIsAnErrorAndNothingIsUnknown() throws IOException {
        server.has("revocations", revocation("a", 1));
        try (KubernetesRegistry registry =
                KubernetesRegistry.open(client, MESH, InboundMode.PERMISSIVE, MockCluster.QUICK)) {
            server.says(
                    "revocations",
                    "{\"type\":\"ADDED\",\"object\":" + revocation("b", 200).replace("ab".repeat(32), "laptop") + "}");
            Waiting.until("it is told", () -> !registry.errors().isEmpty());
            assertThat(registry.unknown()).isEmpty();
            assertThat(has(registry, "a")).isTrue();
        }
    }
}
