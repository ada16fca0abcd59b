package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The policy that refuses pods with invalid annotations of the mesh, pods whose containers would run as the user of
 * their own sidecar, and pods that cannot get a sidecar because another container has its name.
 */
final class PodPolicy {

    private static final String NAME = "weft-pods";

    private PodPolicy() {}

    static List<Map<String, Object>> of() {
        return ValidatingPolicy.of(
                NAME,
                Trees.of(
                        "failurePolicy",
                        "Fail",
                        "matchConstraints",
                        Trees.of(
                                "namespaceSelector",
                                AdmissionPolicies.others(),
                                "resourceRules",
                                List.of(AdmissionPolicies.rule(
                                        List.of("CREATE", "UPDATE"), "pods", "pods/ephemeralcontainers"))),
                        "matchConditions",
                        List.of(AdmissionPolicies.named(
                                "changed",
                                ValidatingPolicy.CHANGED
                                        + " || object.spec.?ephemeralContainers.orValue([]).size() > oldObject.spec"
                                        + ".?ephemeralContainers.orValue([]).size()")),
                        "variables",
                        variables(),
                        "validations",
                        validations()));
    }

    private static List<Object> variables() {
        List<Object> variables = new ArrayList<>(ValidatingPolicy.variables(Annotation.OF_PODS));
        variables.add(AdmissionPolicies.named(
                "meshed",
                "object.spec.?initContainers.orValue([]).exists(c, c.name == " + Cel.text(PodTemplate.SIDECAR) + ")"));
        variables.add(AdmissionPolicies.named("user", "object.spec.?securityContext.?runAsUser.orValue(-1)"));
        variables.add(AdmissionPolicies.named(
                "nameTaken",
                "object.spec.?initContainers.orValue([]).exists(c, c.name == " + Cel.text(PodTemplate.SIDECAR)
                        + " && c.?restartPolicy.orValue(\"\") != " + Cel.text(PodFacts.ALWAYS) + ")"));
        variables.add(HeldMemory.variable());
        variables.add(AdmissionPolicies.named("wish", MutatingPolicy.wish(MutatingPolicy.OF_NAMESPACE)));
        return variables;
    }

    private static List<Object> validations() {
        List<Object> checks = new ArrayList<>(ValidatingPolicy.annotations(Annotation.OF_PODS));
        checks.add(HeldMemory.validation());
        String message = "a container runs as user " + PodTemplate.USER
                + ", which is the sidecar's, so the mesh would not capture it: give it another runAsUser";
        checks.add(Trees.of(
                "expression",
                "!variables.meshed || (" + noneIsSidecar("object.spec.containers", "") + " && "
                        + noneIsSidecar(
                                "object.spec.?initContainers.orValue([])",
                                "c.name in " + Cel.texts(List.of(PodTemplate.INIT, PodTemplate.SIDECAR)) + " || ")
                        + " && " + noneIsSidecar("object.spec.?ephemeralContainers.orValue([])", "") + ")",
                "message",
                message));
        checks.add(Trees.of(
                "expression",
                "!object.spec.?hostNetwork.orValue(false) || " + MutatingPolicy.wish("\"\"") + " != \"enabled\"",
                "message",
                "a pod in the network of its node (hostNetwork) gets no sidecar, which would capture the whole node:"
                        + " take away weft.dev/inject, or hostNetwork"));
        checks.add(Trees.of(
                "expression",
                "request.operation != \"CREATE\" || !" + MutatingPolicy.WINDOWS + " || " + MutatingPolicy.wish("\"\"")
                        + " != \"enabled\"",
                "message",
                "a pod for Windows (spec.os.name) gets no sidecar: take away weft.dev/inject"));
        checks.add(Trees.of(
                "expression",
                "request.operation != \"CREATE\" || !variables.nameTaken || variables.wish != \"enabled\""
                        + " || object.spec.?hostNetwork.orValue(false) || " + MutatingPolicy.WINDOWS + " || "
                        + Cel.text(PodFacts.STATIC_POD) + " in object.metadata.?annotations.orValue({})",
                "message",
                "the pod " + Verdict.NAME_TAKEN.words()));
        return checks;
    }

    private static String noneIsSidecar(String containers, String unless) {
        return containers + ".all(c, " + unless + "c.?securityContext.?runAsUser.orValue(variables.user) != "
                + PodTemplate.USER + ")";
    }
}
