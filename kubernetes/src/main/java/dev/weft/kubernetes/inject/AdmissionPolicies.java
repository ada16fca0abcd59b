package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The admission policies of an installation, as trees of manifests, each followed by its binding. */
public final class AdmissionPolicies {

    static final String GROUP = "admissionregistration.k8s.io/";

    private AdmissionPolicies() {}

    /**
     * The policy that injects, unless there is to be none, and those that refuse what means nothing.
     *
     * @param version of the policy that injects; the others are of v1
     */
    public static List<Map<String, Object>> of(InjectionSettings settings, AdmissionVersion version) {
        List<Map<String, Object>> policies = new ArrayList<>();
        if (version != AdmissionVersion.NONE) {
            policies.addAll(MutatingPolicy.of(settings, version));
        }
        policies.addAll(PodPolicy.of());
        policies.addAll(NamespacePolicy.of());
        policies.addAll(TrustPolicy.of());
        return policies;
    }

    /** Every namespace but those whose pods are never in the mesh. */
    static Map<String, Object> others() {
        return Trees.of(
                "matchExpressions",
                List.of(Trees.of("key", "kubernetes.io/metadata.name", "operator", "NotIn", "values", PodFacts.NEVER)));
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
