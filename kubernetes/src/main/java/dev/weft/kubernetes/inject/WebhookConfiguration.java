package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.YamlText;
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

    private WebhookConfiguration() {}

    static Map<String, Object> of() {
        List<Object> asking = new ArrayList<>(MutatingPolicy.conditions());
        asking.add(AdmissionPolicies.named("asks", MutatingPolicy.wish("\"\"") + " == \"enabled\""));
        Map<String, Object> tree =
                YamlText.trees("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: %s}
                """.formatted(AdmissionPolicies.INJECTION)).getFirst();
        tree.put(
                "webhooks",
                List.of(
                        webhook("namespaces.weft.dev", "In", MutatingPolicy.conditions()),
                        webhook("pods.weft.dev", "NotIn", asking)));
        return tree;
    }

    /** @param enabled operator between the label of a namespace and the word {@code enabled} */
    private static Map<String, Object> webhook(String name, String enabled, List<Object> conditions) {
        Map<String, Object> tree = YamlText.trees(
                        """
                name: %s
                admissionReviewVersions: [v1]
                clientConfig:
                  service: {name: weft-webhook, namespace: weft-system, path: /inject, port: 443}
                failurePolicy: Fail
                matchPolicy: Equivalent
                # A webhook that runs later may change the pod so that it must be injected. A second run changes nothing.
                reinvocationPolicy: IfNeeded
                sideEffects: None
                timeoutSeconds: 5
                namespaceSelector:
                  matchExpressions:
                  - {key: kubernetes.io/metadata.name, operator: NotIn, values: [%s]}
                  - {key: %s, operator: %s, values: [enabled]}
                rules:
                - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods], scope: Namespaced}
                """.formatted(name, String.join(", ", PodFacts.NEVER_MESHED), Annotation.INJECT, enabled))
                .getFirst();
        tree.put("matchConditions", conditions);
        return tree;
    }
}
