package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.List;
import java.util.Map;

/**
 * The policy that refuses pods with invalid annotations of the mesh, pods whose containers would run as the user of
 * their own sidecar, and pods that cannot get a sidecar because another container has its name.
 */
final class PodPolicy {

    private PodPolicy() {}

    static List<Map<String, Object>> of() {
        return ValidatingPolicy.of(
                "weft-pods",
                Trees.of(
                        "namespaceSelector",
                        AdmissionPolicies.others(),
                        "resourceRules",
                        List.of(AdmissionPolicies.rule(ValidatingPolicy.WRITES, "pods", "pods/ephemeralcontainers"))),
                List.of(AdmissionPolicies.named(
                        "changed",
                        ValidatingPolicy.CHANGED
                                + " || object.spec.?ephemeralContainers.orValue([]).size() > oldObject.spec"
                                + ".?ephemeralContainers.orValue([]).size()")),
                variables(),
                validations());
    }

    private static List<Object> variables() {
        List<Object> variables = ValidatingPolicy.variables(Annotation.OF_PODS);
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
        List<Object> checks = ValidatingPolicy.annotations(Annotation.OF_PODS);
        String message = "a container runs as user " + PodTemplate.USER
                + ", which is the sidecar's, so the mesh would not capture it: give it another runAsUser";
        checks.add(ValidatingPolicy.check(
                "!variables.meshed || (" + noneIsSidecar("object.spec.containers", "") + " && "
                        + noneIsSidecar(
                                "object.spec.?initContainers.orValue([])",
                                "c.name in " + Cel.texts(List.of(PodTemplate.INIT, PodTemplate.SIDECAR)) + " || ")
                        + " && " + noneIsSidecar("object.spec.?ephemeralContainers.orValue([])", "") + ")",
                message));
        checks.add(ValidatingPolicy.check(
                "!object.spec.?hostNetwork.orValue(false) || " + MutatingPolicy.wish("\"\"") + " != \"enabled\"",
                "a pod in the network of its node (hostNetwork) gets no sidecar, which would capture the whole node:"
                        + " take away weft.dev/inject, or hostNetwork"));
        checks.add(ValidatingPolicy.check(
                "request.operation != \"CREATE\" || !" + MutatingPolicy.WINDOWS + " || " + MutatingPolicy.wish("\"\"")
                        + " != \"enabled\"",
                "a pod for Windows (spec.os.name) gets no sidecar: take away weft.dev/inject"));
        checks.add(ValidatingPolicy.check(
                "request.operation != \"CREATE\" || !variables.nameTaken || variables.wish != \"enabled\""
                        + " || object.spec.?hostNetwork.orValue(false) || " + MutatingPolicy.WINDOWS + " || "
                        + Cel.text(PodFacts.MIRROR_ANNOTATION) + " in object.metadata.?annotations.orValue({})",
                "the pod " + Verdict.NAME_TAKEN.words()));
        return checks;
    }

    private static String noneIsSidecar(String containers, String unless) {
        return containers + ".all(c, " + unless + "c.?securityContext.?runAsUser.orValue(variables.user) != "
                + PodTemplate.USER + ")";
    }
}
