package dev.weft.kubernetes.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.lead.Leadership;
import dev.weft.control.watch.Capabilities;
import dev.weft.control.watch.InboundStatus.State;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.kubernetes.registry.KubernetesRegistry;
import dev.weft.testing.HurriedClock;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(MockApi.class)
final class PolicyStatusesTest {

    private static final ResourceDefinitionContext POLICIES = PolicyKind.AUTHORIZATION_POLICY.context();

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @Test
    void saysOfEachPolicyWhetherItCountsAndWhatItIsAbout() throws Exception {
        create(policy("about-api", "Allow", "api"));
        create(policy("about-nobody", "Allow", "apy"));
        create(policy("broken", "Perhaps", "api"));
        create(pod("api-1", true));
        create(pod("api-2", false));
        try (KubernetesRegistry registry = OpenRegistry.of(client);
                PolicyStatuses _ = start(registry, new FakeSidecars(registry::current))) {
            Waiting.until(
                    () -> status("about-api") != null && status("about-nobody") != null && status("broken") != null);

            assertThat(status("about-api")).containsEntry("workloads", 2).containsEntry("meshed", 1);
            assertThat(condition("about-api", "Accepted")).containsEntry("status", "True");
            assertThat(condition("about-api", "SelectsWorkloads"))
                    .containsEntry("status", "True")
                    .containsEntry("reason", "SomeWithoutSidecar");
            assertThat(condition("about-nobody", "SelectsWorkloads"))
                    .containsEntry("status", "False")
                    .containsEntry("reason", "NoWorkload");
            assertThat(condition("broken", "Accepted")).containsEntry("status", "False");
            assertThat(String.valueOf(condition("broken", "Accepted").get("message")))
                    .contains("Perhaps");

            String since = String.valueOf(condition("about-api", "Accepted").get("lastTransitionTime"));
            create(pod("api-3", true));
            Waiting.until(() -> {
                Map<String, Object> now = status("about-api");
                return now != null && Integer.valueOf(3).equals(now.get("workloads"));
            });
            assertThat(condition("about-api", "Accepted"))
                    .as("it has held all the time")
                    .containsEntry("lastTransitionTime", since);
        }
    }

    @Test
    void saysOnHowManySidecarsAPolicyIsInForceAndWhoRefusesIt() throws Exception {
        create(policy("about-api", "Allow", "api"));
        create(pod("api-1", true));
        create(pod("api-2", true));
        try (KubernetesRegistry registry = OpenRegistry.of(client)) {
            FakeSidecars sidecars = new FakeSidecars(registry::current);
            sidecars.stand("shop/api-1", State.IN_FORCE, "");
            sidecars.stand("shop/api-2", State.REFUSED, "mode: unknown");
            try (PolicyStatuses _ = start(registry, sidecars)) {
                Waiting.until(() -> status("about-api") != null);
                assertThat(condition("about-api", "InForce"))
                        .containsEntry("status", "False")
                        .containsEntry("reason", "Refused")
                        .containsEntry("message", "in force on 1 of 2 sidecars; refused by shop/api-2 (mode: unknown)");
                assertThat(sidecarsOf("about-api"))
                        .containsEntry("summary", "1/2")
                        .containsEntry("refused", List.of("shop/api-2"));

                sidecars.stand("shop/api-2", State.IN_FORCE, "");
                Waiting.until(
                        () -> "True".equals(condition("about-api", "InForce").get("status")));
                assertThat(condition("about-api", "InForce")).containsEntry("message", "in force on 2 of 2 sidecars");
                assertThat(sidecarsOf("about-api"))
                        .containsEntry("summary", "2/2")
                        .containsEntry("refused", List.of());
            }
        }
    }

    @Test
    void anEditThatChangesNothingElseChangesTheObservedGeneration() throws Exception {
        create(policy("about-api", "Allow", "api"));
        create(pod("api-1", true));
        try (KubernetesRegistry registry = OpenRegistry.of(client)) {
            FakeSidecars sidecars = new FakeSidecars(registry::current);
            sidecars.stand("shop/api-1", State.IN_FORCE, "");
            try (PolicyStatuses _ = start(registry, sidecars)) {
                Waiting.until(() -> status("about-api") != null);
                long before = generation();
                client.genericKubernetesResources(POLICIES)
                        .inNamespace("shop")
                        .withName("about-api")
                        .edit(policy -> {
                            Map<String, Object> spec = byName((Map<?, ?>) Objects.requireNonNull(
                                    policy.getAdditionalProperties().get("spec")));
                            spec.put("from", List.of(Map.of("namespace", "play")));
                            policy.setAdditionalProperty("spec", spec);
                            return policy;
                        });
                assertThat(generation()).isGreaterThan(before);
                Waiting.until(() -> Objects.equals(
                        Long.toString(generation()),
                        String.valueOf(condition("about-api", "InForce").get("observedGeneration"))));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = PolicyKind.class,
            names = {"EGRESS_POLICY", "RATE_LIMIT"})
    void theOtherKindsThatSelectWorkloadsSayTheSame(PolicyKind kind) throws Exception {
        create(kind, "about-api", "api");
        create(kind, "about-nobody", "apy");
        create(pod("api-1", true));
        create(pod("api-2", true));
        try (KubernetesRegistry registry = OpenRegistry.of(client)) {
            FakeSidecars sidecars = new FakeSidecars(registry::current);
            sidecars.stand("shop/api-1", State.IN_FORCE, "", Capabilities.RATE_LIMITS);
            sidecars.stand("shop/api-2", State.REFUSED, "mode: unknown");
            try (PolicyStatuses _ = start(registry, sidecars)) {
                Waiting.until(() -> status(kind, "about-api") != null && status(kind, "about-nobody") != null);
                assertThat(status(kind, "about-api"))
                        .containsEntry("workloads", 2)
                        .containsEntry("meshed", 2)
                        .doesNotContainKey("wouldCutOff");
                assertThat(condition(kind, "about-api", "Accepted")).containsEntry("status", "True");
                assertThat(condition(kind, "about-api", "InForce"))
                        .containsEntry("reason", "Refused")
                        .containsEntry("message", "in force on 1 of 2 sidecars; refused by shop/api-2 (mode: unknown)");
                assertThat(condition(kind, "about-nobody", "SelectsWorkloads")).containsEntry("reason", "NoWorkload");

                sidecars.stand("shop/api-2", State.IN_FORCE, "", Capabilities.RATE_LIMITS);
                Waiting.until(() ->
                        "True".equals(condition(kind, "about-api", "InForce").get("status")));
                assertThat(condition(kind, "about-api", "InForce").get("observedGeneration"))
                        .hasToString(Long.toString(generation(kind)));
            }
        }
    }

    @Test
    void aRateLimitThatNeverWasValidSaysSo() throws Exception {
        HasMetadata broken = client.getKubernetesSerialization().unmarshal("""
                apiVersion: weft.dev/v1alpha1
                kind: RateLimit
                metadata: {name: broken, namespace: shop}
                spec: {limits: [{requestsPerSecond: 0}]}
                """);
        client.genericKubernetesResources(PolicyKind.RATE_LIMIT.context())
                .inNamespace("shop")
                .resource((GenericKubernetesResource) broken)
                .create();
        try (KubernetesRegistry registry = OpenRegistry.of(client);
                PolicyStatuses _ = start(registry, new FakeSidecars(registry::current))) {
            Waiting.until(() -> status(PolicyKind.RATE_LIMIT, "broken") != null);
            assertThat(String.valueOf(condition(PolicyKind.RATE_LIMIT, "broken", "Accepted")
                            .get("message")))
                    .contains("requestsPerSecond")
                    .endsWith("if there is none, it limits nothing");
            assertThat(condition(PolicyKind.RATE_LIMIT, "broken", "InForce")).containsEntry("reason", "Invalid");
        }
    }

    private long generation() {
        return generation(PolicyKind.AUTHORIZATION_POLICY);
    }

    private long generation(PolicyKind kind) {
        return Objects.requireNonNull(client.genericKubernetesResources(kind.context())
                .inNamespace("shop")
                .withName("about-api")
                .get()
                .getMetadata()
                .getGeneration());
    }

    private PolicyStatuses start(KubernetesRegistry registry, FakeSidecars sidecars) {
        return new PolicyStatuses(client, registry, sidecars, Leadership.ALONE, new HurriedClock()).start();
    }

    private Map<String, Object> sidecarsOf(String name) {
        return byName((Map<?, ?>)
                Objects.requireNonNull(Objects.requireNonNull(status(name)).get("sidecars")));
    }

    private void create(String yaml) {
        HasMetadata object = client.getKubernetesSerialization().unmarshal(yaml);
        if (object instanceof GenericKubernetesResource policy) {
            client.genericKubernetesResources(POLICIES)
                    .inNamespace("shop")
                    .resource(policy)
                    .create();
        } else {
            client.resource(object).inNamespace("shop").create();
        }
    }

    private void create(PolicyKind kind, String name, String app) {
        HasMetadata object = client.getKubernetesSerialization().unmarshal("""
                apiVersion: weft.dev/v1alpha1
                kind: %s
                metadata: {name: %s, namespace: shop}
                spec: {workloads: {matchLabels: {app: %s}}, %s}
                """.formatted(
                        kind.context().getKind(),
                        name,
                        app,
                        kind == PolicyKind.RATE_LIMIT ? "limits: [{requestsPerSecond: 1}]" : "action: Allow"));
        client.genericKubernetesResources(kind.context())
                .inNamespace("shop")
                .resource((GenericKubernetesResource) object)
                .create();
    }

    private @Nullable Map<String, Object> status(String name) {
        return status(PolicyKind.AUTHORIZATION_POLICY, name);
    }

    private @Nullable Map<String, Object> status(PolicyKind kind, String name) {
        GenericKubernetesResource policy = client.genericKubernetesResources(kind.context())
                .inNamespace("shop")
                .withName(name)
                .get();
        return policy.getAdditionalProperties().get("status") instanceof Map<?, ?> status ? byName(status) : null;
    }

    private Map<String, Object> condition(String name, String type) {
        return condition(PolicyKind.AUTHORIZATION_POLICY, name, type);
    }

    private Map<String, Object> condition(PolicyKind kind, String name, String type) {
        List<?> conditions = (List<?>) Objects.requireNonNull(
                Objects.requireNonNull(status(kind, name)).get("conditions"));
        return conditions.stream()
                .map(each -> byName((Map<?, ?>) each))
                .filter(each -> type.equals(each.get("type")))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> byName(Map<?, ?> fields) {
        Map<String, Object> byName = new TreeMap<>();
        fields.forEach((name, value) -> byName.put(String.valueOf(name), value));
        return byName;
    }

    private static String policy(String name, String action, String app) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: %s, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: %s}}
                  action: %s
                  from: [{authenticated: true}]
                """.formatted(name, app, action);
    }

    private static String pod(String name, boolean meshed) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: shop, labels: {app: api}}
                spec:
                  serviceAccountName: api
                  %s
                  containers: [{name: api, image: api}]
                status: {phase: Running, podIPs: [{ip: 10.0.0.%s}], podIP: 10.0.0.%s}
                """.formatted(
                        name,
                        meshed ? "initContainers: [{name: weft-proxy, image: weft, restartPolicy: Always}]" : "",
                        name.substring(4),
                        name.substring(4));
    }
}
