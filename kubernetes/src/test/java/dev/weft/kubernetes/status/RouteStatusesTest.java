package dev.weft.kubernetes.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.lead.Leadership;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.kubernetes.registry.KubernetesRegistry;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(MockApi.class)
@SuppressWarnings("NullAway.Init")
final class RouteStatusesTest {

    private static final ResourceDefinitionContext ROUTES = new ResourceDefinitionContext.Builder()
            .withGroup("gateway.networking.k8s.io")
            .withVersion("v1")
            .withKind("HTTPRoute")
            .withPlural("httproutes")
            .withNamespaced(true)
            .build();

    KubernetesMockServer server;
    KubernetesClient client;

    @BeforeEach
    void kinds() {
        server.expectCustomResource(new CustomResourceDefinitionContext.Builder()
                .withGroup("gateway.networking.k8s.io")
                .withVersion("v1")
                .withKind("HTTPRoute")
                .withPlural("httproutes")
                .withScope("Namespaced")
                .withStatusSubresource(true)
                .build());
    }

    private void service(String name, int port) {
        client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("shop")
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withClusterIP("10.96.0." + port % 100)
                        .withSelector(Map.of("app", name))
                        .addNewPort()
                        .withPort(port)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
    }

    /** Of which another controller has said something in the status. */
    private void route(String name, String parents, String rule) {
        GenericKubernetesResource made = client.genericKubernetesResources(ROUTES)
                .resource(client.getKubernetesSerialization()
                        .unmarshal("""
                        {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute",
                         "metadata":{"name":"%s","namespace":"shop"},
                         "spec":{"parentRefs":[%s],"rules":[%s]}}""".formatted(name, parents, rule), GenericKubernetesResource.class))
                .create();
        made.setAdditionalProperty(
                "status",
                Map.of("parents", List.of(Map.of("controllerName", "example.com/gateway", "conditions", List.of()))));
        client.genericKubernetesResources(ROUTES)
                .inNamespace("shop")
                .resource(made)
                .updateStatus();
    }

    private void grant() {
        ResourceDefinitionContext grants = new ResourceDefinitionContext.Builder()
                .withGroup("gateway.networking.k8s.io")
                .withVersion("v1beta1")
                .withKind("ReferenceGrant")
                .withPlural("referencegrants")
                .withNamespaced(true)
                .build();
        client.genericKubernetesResources(grants)
                .resource(client.getKubernetesSerialization().unmarshal("""
                        {"apiVersion":"gateway.networking.k8s.io/v1beta1","kind":"ReferenceGrant",
                         "metadata":{"name":"g","namespace":"other"},
                         "spec":{"from":[{"group":"gateway.networking.k8s.io","kind":"HTTPRoute","namespace":"shop"}],
                                 "to":[{"group":"","kind":"Service"}]}}""", GenericKubernetesResource.class))
                .create();
    }

    private static String parent(String service, int port) {
        return "{\"group\":\"\",\"kind\":\"Service\",\"name\":\"" + service + "\",\"port\":" + port + "}";
    }

    private static String to(String backend) {
        return "{\"backendRefs\":[" + backend + "]}";
    }

    private List<?> parents(String name) {
        GenericKubernetesResource live = Objects.requireNonNull(client.genericKubernetesResources(ROUTES)
                .inNamespace("shop")
                .withName(name)
                .get());
        return live.getAdditionalProperties().get("status") instanceof Map<?, ?> status
                        && status.get("parents") instanceof List<?> parents
                ? parents
                : List.of();
    }

    /** As {@code Accepted=True/Accepted}, of our entry at this place. */
    private List<String> conditions(String name, int place) {
        Map<?, ?> entry = (Map<?, ?>) parents(name).get(place);
        assertThat(entry.get("controllerName")).isEqualTo("weft.dev/mesh");
        return ((List<?>) Objects.requireNonNull(entry.get("conditions")))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .map(each -> {
                            assertThat(each.get("observedGeneration")).isNotNull();
                            return each.get("type") + "=" + each.get("status") + "/" + each.get("reason");
                        })
                        .toList();
    }

    private void awaitEntries(String name, int count) {
        Waiting.until(name + " has its status", () -> parents(name).size() == count);
    }

    @Test
    void saysOfEachServiceWhetherTheRouteIsObeyedAndLeavesTheEntriesOfOthersAlone() throws Exception {
        service("api", 80);
        route("good", parent("api", 80) + ",{\"name\":\"edge\"}", to("{\"name\":\"api\",\"port\":80}"));
        route("no-port", parent("api", 81) + "," + parent("none", 80), to("{\"name\":\"canary\",\"port\":80}"));
        route("odd", parent("api", 80), "{\"matches\":[{\"path\":{\"type\":\"RegularExpression\",\"value\":\"/a\"}}]}");
        route("foreign", parent("api", 80), to("{\"name\":\"api\",\"port\":80,\"namespace\":\"other\"}"));
        route("import", parent("api", 80), to("{\"kind\":\"Import\",\"group\":\"x.io\",\"name\":\"a\"}"));
        route("gateway", "{\"name\":\"edge\"}", to("{\"name\":\"none\",\"port\":80}"));
        try (KubernetesRegistry registry = OpenRegistry.of(client);
                RouteStatuses _ = new RouteStatuses(client, registry, Leadership.ALONE, Clock.systemUTC()).start()) {
            awaitEntries("good", 2);
            awaitEntries("no-port", 3);
            awaitEntries("odd", 2);
            awaitEntries("foreign", 2);
            awaitEntries("import", 2);
            assertThat(conditions("good", 1))
                    .containsExactly("Accepted=True/Accepted", "ResolvedRefs=True/ResolvedRefs");
            assertThat(parents("good").getFirst()).asString().contains("example.com/gateway");
            assertThat(conditions("no-port", 1))
                    .containsExactly("Accepted=False/NoMatchingParent", "ResolvedRefs=False/BackendNotFound");
            assertThat(conditions("no-port", 2)).contains("Accepted=False/NoMatchingParent");
            assertThat(conditions("odd", 1)).containsExactly("Accepted=False/UnsupportedValue");
            assertThat(conditions("foreign", 1)).contains("ResolvedRefs=False/RefNotPermitted");
            assertThat(conditions("import", 1)).contains("ResolvedRefs=False/InvalidKind");
            assertThat(parents("gateway")).hasSize(1);

            grant();
            Waiting.until(
                    "the backend is permitted, and not there",
                    () -> conditions("foreign", 1).contains("ResolvedRefs=False/BackendNotFound"));

            service("canary", 80);
            Waiting.until(
                    "the backend is found", () -> conditions("no-port", 1).contains("ResolvedRefs=True/ResolvedRefs"));
        }
    }
}
