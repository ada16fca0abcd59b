package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.List;
import java.util.Map;

/**
 * The policy that lets only the control plane write the trust anchors for starting sidecars, and lets the control plane
 * write no other ConfigMap. RBAC cannot express either rule, because it does not know an object's name at its creation.
 */
final class TrustPolicy {

    private static final String NAME = "weft-trust";
    private static final String CONFIG_MAP = "weft-trust";
    private static final String CONTROL_PLANE = "system:serviceaccount:weft-system:weft-control";

    private TrustPolicy() {}

    static List<Map<String, Object>> of() {
        return ValidatingPolicy.of(
                NAME,
                Trees.of("resourceRules", List.of(AdmissionPolicies.rule(ValidatingPolicy.WRITES, "configmaps"))),
                List.of(),
                List.of(
                        AdmissionPolicies.named(
                                "anchors", "object.metadata.?name.orValue(\"\") == " + Cel.text(CONFIG_MAP)),
                        AdmissionPolicies.named("control", "request.userInfo.username == " + Cel.text(CONTROL_PLANE))),
                List.of(
                        ValidatingPolicy.check(
                                "!variables.anchors || variables.control",
                                "ConfigMap weft-trust has the trust anchors of the mesh, and the control plane"
                                        + " alone writes it: use another name, or rotate the anchor"),
                        ValidatingPolicy.check(
                                "!variables.control || variables.anchors",
                                "the control plane of the mesh writes no ConfigMap but weft-trust")));
    }
}
