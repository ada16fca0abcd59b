package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The policy that refuses namespaces with invalid annotations of the mesh. */
final class NamespacePolicy {

    private static final String NAME = "weft-namespaces";

    private NamespacePolicy() {}

    static List<Map<String, Object>> of() {
        return ValidatingPolicy.of(
                NAME,
                Trees.of(
                        "failurePolicy",
                        "Fail",
                        "matchConstraints",
                        Trees.of(
                                "resourceRules",
                                List.of(AdmissionPolicies.rule(List.of("CREATE", "UPDATE"), "namespaces"))),
                        "matchConditions",
                        List.of(AdmissionPolicies.named("changed", ValidatingPolicy.CHANGED)),
                        "variables",
                        with(ValidatingPolicy.variables(Annotation.OF_NAMESPACES), HeldMemory.variable()),
                        "validations",
                        with(ValidatingPolicy.annotations(Annotation.OF_NAMESPACES), HeldMemory.validation())));
    }

    private static List<Object> with(List<Object> list, Object last) {
        return Stream.concat(list.stream(), Stream.of(last)).toList();
    }
}
