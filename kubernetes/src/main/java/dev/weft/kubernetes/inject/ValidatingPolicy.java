package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Shared parts of validating policies: a policy with its binding, and the checks of annotations. */
final class ValidatingPolicy {

    private static final String CREATES = "request.operation == \"CREATE\"";

    /**
     * Condition for checking an update: only if it sets an annotation or a label of the mesh. Invalid values from
     * before the policy must not block other updates.
     */
    static final String CHANGED = CREATES + " || " + object("annotations") + ".exists(key, " + sets("annotations")
            + ") || " + object("labels") + ".exists(key, " + sets("labels") + ")";

    static final List<String> WRITES = List.of("CREATE", "UPDATE");
    /** The keys of the mesh that the request sets or changes. Only these are checked. */
    private static final String SET_ANNOTATIONS = "setAnnotations";

    private static final String SET_LABELS = "setLabels";

    /** The end of the message about an unknown label. */
    static final String KNOWN_LABELS =
            " (expected: " + String.join(", ", UnknownLabels.KNOWN) + "; the other names are annotations)";

    private ValidatingPolicy() {}

    /**
     * Returns a policy that refuses what fails a check, and its binding.
     *
     * @param conditions conditions for checking a request; empty to check each
     */
    static List<Map<String, Object>> of(
            String name,
            Map<String, Object> constraints,
            List<Object> conditions,
            List<Object> variables,
            List<Object> validations) {
        Map<String, Object> spec = Trees.of("failurePolicy", "Fail", "matchConstraints", constraints);
        if (!conditions.isEmpty()) {
            spec.put("matchConditions", conditions);
        }
        spec.put("variables", variables);
        spec.put("validations", validations);
        Map<String, Object> binding = Trees.of("policyName", name, "validationActions", List.of("Deny"));
        return List.of(
                AdmissionPolicies.object("v1", "ValidatingAdmissionPolicy", name, spec),
                AdmissionPolicies.object("v1", "ValidatingAdmissionPolicyBinding", name, binding));
    }

    private static String object(String map) {
        return "object.metadata.?" + map + ".orValue({})";
    }

    /** Returns a condition on {@code key}: it is one of the mesh, and the request sets it or changes its value. */
    private static String sets(String map) {
        return "key.startsWith(" + Cel.text(Annotation.PREFIX) + ") && (" + CREATES
                + " || !(key in oldObject.metadata.?" + map + ".orValue({})) || oldObject.metadata." + map
                + "[key] != object.metadata." + map + "[key])";
    }

    private static Map<String, Object> set(String name, String map) {
        return AdmissionPolicies.named(name, "variables." + map + ".filter(key, " + sets(map) + ")");
    }

    /** Returns the variables for the checks of {@link #annotations}, except for {@link HeldMemory#variable}. */
    static List<Object> variables(List<Annotation> known) {
        List<String> keys = known.stream().map(Annotation::key).toList();
        return new ArrayList<>(List.of(
                AdmissionPolicies.named("annotations", object("annotations")),
                AdmissionPolicies.named("labels", object("labels")),
                set(SET_ANNOTATIONS, "annotations"),
                set(SET_LABELS, "labels"),
                AdmissionPolicies.named("unknown", unknown(SET_ANNOTATIONS, keys)),
                AdmissionPolicies.named("unknownLabels", unknown(SET_LABELS, UnknownLabels.KNOWN))));
    }

    private static String unknown(String set, List<String> known) {
        return "variables." + set + ".filter(key, !(key in " + Cel.texts(known) + "))";
    }

    /** Returns the checks of these annotations, of the label, and of the memory for held data. */
    static List<Object> annotations(List<Annotation> known) {
        List<Object> checks = new ArrayList<>();
        String expected = String.join(", ", known.stream().map(Annotation::key).toList());
        checks.add(check(
                "variables.unknown.size() == 0",
                "an annotation under weft.dev/ is unknown (expected: " + expected + ")",
                "\"unknown annotation \" + variables.unknown.join(\", \") + "
                        + Cel.text(" (expected: " + expected + ")")));
        known.forEach(annotation -> checks.add(value(annotation, "annotation", "annotations", SET_ANNOTATIONS)));
        checks.add(value(Annotation.OF_INJECT, "label", "labels", SET_LABELS));
        checks.add(check(
                "variables.unknownLabels.size() == 0",
                "a label under weft.dev/ is unknown" + KNOWN_LABELS,
                "\"unknown label \" + variables.unknownLabels.join(\", \") + " + Cel.text(KNOWN_LABELS)));
        checks.add(HeldMemory.validation());
        return checks;
    }

    private static Map<String, Object> value(Annotation known, String what, String map, String set) {
        String key = Cel.text(known.key());
        String value = "variables." + map + "[" + key + "]";
        String expected = " (expected: " + known.expected() + ")";
        return check(
                "!(" + key + " in variables." + set + ") || " + known.matches(value),
                what + " " + known.key() + " has a value that it cannot have" + expected,
                Cel.text(what + " " + known.key() + ": ") + " + " + value + " + " + Cel.text(expected));
    }

    static Map<String, Object> check(String expression, String message) {
        return Trees.of("expression", expression, "message", message);
    }

    /**
     * Returns a check.
     *
     * @param message used if the result of {@code messageExpression} is too long
     * @param messageExpression expression of a message with the invalid values
     */
    static Map<String, Object> check(String expression, String message, String messageExpression) {
        return Trees.of("expression", expression, "message", message, "messageExpression", messageExpression);
    }
}
