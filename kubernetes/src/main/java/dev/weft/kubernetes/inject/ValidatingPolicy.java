package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Shared parts of validating policies: a policy with its binding, and the checks of annotations. */
final class ValidatingPolicy {

    /**
     * Condition for checking an update: only if it changes checked parts. Invalid values from before the policy must
     * not block other updates.
     */
    static final String CHANGED = "request.operation == \"CREATE\""
            + " || object.metadata.?annotations.orValue({}) != oldObject.metadata.?annotations.orValue({})"
            + " || object.metadata.?labels.orValue({}) != oldObject.metadata.?labels.orValue({})";

    private static final String API_VERSION = AdmissionPolicies.GROUP + "v1";
    private static final String LABELS = "variables.labels";
    private static final String ANNOTATIONS = "variables.annotations";

    /** The end of the message about an unknown label. */
    static final String KNOWN_LABELS =
            " (expected: " + String.join(", ", UnknownLabels.KNOWN) + "; the other names are annotations)";

    private ValidatingPolicy() {}

    static List<Map<String, Object>> of(String name, Map<String, Object> spec) {
        return List.of(
                Trees.of(
                        "apiVersion",
                        API_VERSION,
                        "kind",
                        "ValidatingAdmissionPolicy",
                        "metadata",
                        Trees.of("name", name),
                        "spec",
                        spec),
                Trees.of(
                        "apiVersion",
                        API_VERSION,
                        "kind",
                        "ValidatingAdmissionPolicyBinding",
                        "metadata",
                        Trees.of("name", name),
                        "spec",
                        Trees.of("policyName", name, "validationActions", List.of("Deny"))));
    }

    /** Returns the variables for the checks of {@link #annotations}. */
    static List<Object> variables(List<Annotation> known) {
        List<String> keys = known.stream().map(Annotation::key).toList();
        return List.of(
                AdmissionPolicies.named("annotations", "object.metadata.?annotations.orValue({})"),
                AdmissionPolicies.named("labels", "object.metadata.?labels.orValue({})"),
                AdmissionPolicies.named(
                        "unknown",
                        ANNOTATIONS + ".filter(key, key.startsWith(" + Cel.text(Annotation.PREFIX) + ") && !(key in "
                                + Cel.texts(keys) + "))"),
                AdmissionPolicies.named("unknownLabels", unknownLabels()));
    }

    /** An unknown label that the object already had is older than the policy, and must not block other changes. */
    private static String unknownLabels() {
        return LABELS + ".filter(key, key.startsWith(" + Cel.text(Annotation.PREFIX) + ") && !(key in "
                + Cel.texts(UnknownLabels.KNOWN) + ") && (request.operation == \"CREATE\""
                + " || !(key in oldObject.metadata.?labels.orValue({}))"
                + " || oldObject.metadata.labels[key] != " + LABELS + "[key]))";
    }

    /** Returns the checks of these annotations, and of the label. */
    static List<Object> annotations(List<Annotation> known) {
        List<Object> checks = new ArrayList<>();
        String expected = String.join(", ", known.stream().map(Annotation::key).toList());
        checks.add(check(
                "variables.unknown.size() == 0",
                "an annotation under weft.dev/ is unknown (expected: " + expected + ")",
                "\"unknown annotation \" + variables.unknown.join(\", \") + "
                        + Cel.text(" (expected: " + expected + ")")));
        known.forEach(annotation -> checks.add(value(annotation, "annotation", ANNOTATIONS)));
        checks.add(value(Annotation.OF_INJECT, "label", LABELS));
        checks.add(check(
                "variables.unknownLabels.size() == 0",
                "a label under weft.dev/ is unknown" + KNOWN_LABELS,
                "\"unknown label \" + variables.unknownLabels.join(\", \") + " + Cel.text(KNOWN_LABELS)));
        return checks;
    }

    private static Map<String, Object> value(Annotation known, String what, String map) {
        String key = Cel.text(known.key());
        String expected = " (expected: " + known.expected() + ")";
        return check(
                "!(" + key + " in " + map + ") || " + known.matches(map + "[" + key + "]"),
                what + " " + known.key() + " has a value that it cannot have" + expected,
                Cel.text(what + " " + known.key() + ": ") + " + " + map + "[" + key + "] + " + Cel.text(expected));
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
