package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Builds the objects for admission of pods in an installation, as trees of manifests: policies, each followed by its
 * binding, and the webhook.
 */
public final class AdmissionPolicies {

    /** The name of the policy that injects sidecars, and of the webhook's configuration. */
    public static final String INJECTION = "weft-injection";

    private static final String GROUP = "admissionregistration.k8s.io/";

    private AdmissionPolicies() {}

    /**
     * Returns the object that injects sidecars, unless nothing is to inject, and the policies that refuse invalid
     * annotations.
     *
     * @param version how sidecars are injected; the other policies are of v1
     */
    public static List<Map<String, Object>> of(InjectionSettings settings, InjectionMethod version) {
        List<Map<String, Object>> policies = new ArrayList<>();
        switch (version) {
            case V1, V1BETA1, V1ALPHA1 -> policies.addAll(MutatingPolicy.of(settings, version));
            case WEBHOOK -> policies.add(WebhookConfiguration.of());
            case NONE -> {}
        }
        policies.addAll(PodPolicy.of());
        policies.addAll(ofNamespaces());
        policies.addAll(TrustPolicy.of());
        return policies;
    }

    private static List<Map<String, Object>> ofNamespaces() {
        List<Object> variables = ValidatingPolicy.variables(Annotation.OF_NAMESPACES);
        variables.add(HeldMemory.variable());
        return ValidatingPolicy.of(
                "weft-namespaces",
                Trees.of("resourceRules", List.of(rule(ValidatingPolicy.WRITES, "namespaces"))),
                List.of(named("changed", ValidatingPolicy.CHANGED)),
                variables,
                ValidatingPolicy.annotations(Annotation.OF_NAMESPACES));
    }

    /** Returns the configuration of the webhook, which an install with another admission may have left. */
    public static Map<String, Object> webhook() {
        return WebhookConfiguration.of();
    }

    /** Returns a selector for every namespace except those whose pods are never in the mesh. */
    static Map<String, Object> others() {
        return Trees.of(
                "matchExpressions",
                List.of(Trees.of(
                        "key", "kubernetes.io/metadata.name", "operator", "NotIn", "values", PodFacts.NEVER_MESHED)));
    }

    static Map<String, Object> object(String version, String kind, String name, Map<String, Object> spec) {
        return Trees.of("apiVersion", GROUP + version, "kind", kind, "metadata", Trees.of("name", name), "spec", spec);
    }

    static Map<String, Object> rule(List<String> operations, String... resources) {
        return Trees.of(
                "apiGroups", List.of(""),
                "apiVersions", List.of("v1"),
                "operations", operations,
                "resources", List.of(resources));
    }

    static Map<String, Object> named(String name, String expression) {
        return Trees.of("name", name, "expression", expression);
    }
}
