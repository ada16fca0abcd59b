package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The webhook with which the API server lets the control plane inject sidecars. It is called only for pods of
 * namespaces in the mesh, and for pods that request injection themselves. While the webhook is down, only those pods
 * cannot be created. The conditions of {@link MutatingPolicy} do not need the webhook, so the API server evaluates them
 * here as well.
 *
 * <p>The {@code caBundle} is left out: the control plane writes it.
 */
final class WebhookConfiguration {

    private static final String NAME = AdmissionPolicies.INJECTION;
    private static final int PATIENCE_SECONDS = 5;
    private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

    private WebhookConfiguration() {}

    static Map<String, Object> of() {
        List<Object> asking = new ArrayList<>(MutatingPolicy.conditions());
        asking.add(AdmissionPolicies.named("asks", MutatingPolicy.wish("\"\"") + " == \"enabled\""));
        return Trees.of(
                "apiVersion",
                AdmissionPolicies.GROUP + "v1",
                "kind",
                "MutatingWebhookConfiguration",
                "metadata",
                Trees.of("name", NAME),
                "webhooks",
                List.of(
                        webhook("namespaces.weft.dev", "In", MutatingPolicy.conditions()),
                        webhook("pods.weft.dev", "NotIn", asking)));
    }

    /** @param enabled operator between the label of a namespace and the word {@code enabled} */
    private static Map<String, Object> webhook(String name, String enabled, List<Object> conditions) {
        Map<String, Object> rule = AdmissionPolicies.rule(List.of("CREATE"), "pods");
        rule.put("scope", "Namespaced");
        return Trees.of(
                "name",
                name,
                "admissionReviewVersions",
                List.of("v1"),
                "clientConfig",
                Trees.of(
                        "service",
                        Trees.of("name", "weft-webhook", "namespace", "weft-system", "path", "/inject", "port", 443)),
                "failurePolicy",
                "Fail",
                "matchPolicy",
                "Equivalent",
                // A webhook that runs later may change the pod so that it must be injected. A second run changes
                // nothing.
                "reinvocationPolicy",
                "IfNeeded",
                "sideEffects",
                "None",
                "timeoutSeconds",
                PATIENCE_SECONDS,
                "namespaceSelector",
                Trees.of(
                        "matchExpressions",
                        List.of(
                                Trees.of("key", NAMESPACE_NAME, "operator", "NotIn", "values", PodFacts.NEVER),
                                Trees.of("key", Annotation.INJECT, "operator", enabled, "values", List.of("enabled")))),
                "rules",
                List.of(rule),
                "matchConditions",
                conditions);
    }
}
