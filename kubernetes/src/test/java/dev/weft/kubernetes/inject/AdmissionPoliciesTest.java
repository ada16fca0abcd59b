package dev.weft.kubernetes.inject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.kubernetes.manifest.Trees;
import dev.weft.kubernetes.manifest.YamlText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AdmissionPoliciesTest {

    private static Map<String, Object> injection(Inbound inbound) {
        InjectionSettings settings = new InjectionSettings(
                "weft:1.0", "IfNotPresent", Samples.settings().trustDomain(), "cluster.local", inbound);
        return Trees.map(AdmissionPolicies.of(settings, InjectionMethod.V1).getFirst(), "spec");
    }

    /** The control plane takes pods for permissive of which no one says anything. */
    @Test
    void podsOfAStrictInstallationSayThatTheyAreStrict() {
        assertThat(Trees.list(injection(Inbound.PERMISSIVE), "mutations")).hasSize(1);
        assertThat(Trees.list(injection(Inbound.STRICT), "mutations")).hasSize(2);
        assertThat(YamlText.write(List.of(Trees.asMap(
                        Trees.list(injection(Inbound.STRICT), "mutations").getLast(), "mutation"))))
                .isEqualTo("""
                    patchType: JSONPatch
                    jsonPatch:
                      expression: |
                        !variables.wanted || "weft.dev/inbound" in object.metadata.?annotations.orValue({})
                            || "weft.dev/inbound" in namespaceObject.metadata.?annotations.orValue({}) ? [] :
                        (has(object.metadata.annotations) ? [] : [JSONPatch{op: "add", path: "/metadata/annotations", value: {}}]) +
                        [JSONPatch{op: "add", path: "/metadata/annotations/weft.dev~1inbound", value: "strict"}]
                    """);
    }

    /** While the webhook is away, only pods that are to have a sidecar cannot be made: not the control plane's own, for one. */
    @Test
    void theWebhookIsAskedAboutNoPodThatIsNotToHaveASidecar() {
        List<Map<String, Object>> webhooks = Trees.list(AdmissionPolicies.webhook(), "webhooks").stream()
                .map(webhook -> Trees.asMap(webhook, "webhook"))
                .toList();
        assertThat(webhooks).hasSize(2).allSatisfy(webhook -> {
            assertThat(webhook)
                    .containsEntry("failurePolicy", "Fail")
                    .containsEntry("sideEffects", "None")
                    .containsEntry("reinvocationPolicy", "IfNeeded")
                    .containsEntry("matchPolicy", "Equivalent")
                    .containsEntry("timeoutSeconds", 5);
            assertThat(selectors(webhook).getFirst())
                    .containsEntry("key", "kubernetes.io/metadata.name")
                    .containsEntry("operator", "NotIn")
                    .containsEntry("values", List.of("kube-system", "weft-system"));
            assertThat(Trees.list(webhook, "matchConditions"))
                    .containsAll(Trees.list(injection(Inbound.PERMISSIVE), "matchConditions"));
        });
        assertThat(webhooks.getFirst())
                .satisfies(ofNamespaces -> assertThat(selectors(ofNamespaces).getLast())
                        .isEqualTo(Trees.of("key", "weft.dev/inject", "operator", "In", "values", List.of("enabled"))));
        assertThat(webhooks.getLast()).satisfies(ofPods -> {
            assertThat(selectors(ofPods).getLast())
                    .isEqualTo(Trees.of("key", "weft.dev/inject", "operator", "NotIn", "values", List.of("enabled")));
            assertThat(String.valueOf(Trees.list(ofPods, "matchConditions").getLast()))
                    .contains("weft.dev/inject", "== \"enabled\"");
        });
    }

    /** What is older than a policy must not block the change of something else. */
    @Test
    void onlyTheKeysOfTheMeshThatARequestSetsAreChecked() {
        for (String name : List.of("weft-pods", "weft-namespaces")) {
            Map<String, Object> spec = AdmissionPolicies.of(Samples.settings(), InjectionMethod.V1).stream()
                    .filter(policy -> "ValidatingAdmissionPolicy".equals(policy.get("kind"))
                            && name.equals(Trees.map(policy, "metadata").get("name")))
                    .map(policy -> Trees.map(policy, "spec"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Trees.list(spec, "matchConditions").toString())
                    .contains(setIn("annotations"), setIn("labels"))
                    .doesNotContain("orValue({}) != ");
            assertThat(Trees.list(spec, "variables").toString())
                    .contains("variables.annotations.filter(key, " + setIn("annotations"))
                    .contains("variables.labels.filter(key, " + setIn("labels"));
            assertThat(Trees.list(spec, "validations"))
                    .filteredOn(check -> String.valueOf(check).contains(".matches("))
                    .hasSizeGreaterThan(10)
                    .allMatch(check -> String.valueOf(check).contains(" in variables.set"));
        }
    }

    private static String setIn(String map) {
        return ("key.startsWith(\"weft.dev/\") && (request.operation == \"CREATE\" || !(key in"
                        + " oldObject.metadata.?MAP.orValue({})) || oldObject.metadata.MAP[key] != object.metadata.MAP[key])")
                .replace("MAP", map);
    }

    private static List<Map<String, Object>> selectors(Map<String, Object> webhook) {
        return Trees.list(Trees.map(webhook, "namespaceSelector"), "matchExpressions").stream()
                .map(selector -> Trees.asMap(selector, "selector"))
                .toList();
    }

    @Test
    void everyPolicyFailsClosedAndHasItsBinding() {
        List<Map<String, Object>> policies = AdmissionPolicies.of(Samples.settings(), InjectionMethod.V1);
        for (int i = 0; i < policies.size(); i += 2) {
            Map<String, Object> policy = policies.get(i);
            Map<String, Object> binding = policies.get(i + 1);
            assertThat(Trees.map(policy, "spec")).containsEntry("failurePolicy", "Fail");
            assertThat(binding).containsEntry("kind", policy.get("kind") + "Binding");
            assertThat(Trees.map(binding, "spec").get("policyName"))
                    .isEqualTo(Trees.map(policy, "metadata").get("name"));
        }
    }
}
