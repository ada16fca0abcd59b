package dev.weft.files.yaml;

import dev.weft.mesh.kind.Field;
import dev.weft.mesh.kind.Shape;
import dev.weft.mesh.model.EgressDefault;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.Namespace;
import dev.weft.policy.model.DefaultDecision;
import java.util.HashMap;
import java.util.Map;

/** Reads the settings of a namespace from its annotations. */
final class NamespaceReader {

    private static final String DEFAULT_POLICY = "weft.dev/default-policy";
    private static final String DEFAULT_DECISION = "weft.dev/default-decision";
    private static final String INBOUND = "weft.dev/inbound";
    private static final String EGRESS = "weft.dev/egress";

    private NamespaceReader() {}

    static Namespace read(ObjectHead head, Fields object) {
        Map<String, Object> annotations = new HashMap<>();
        for (Field field : head.kind().annotations()) {
            String text = head.annotations().get(field.name());
            if (text != null && field.shape() instanceof Shape.OneOfWords(Map<String, Object> words)) {
                Object word = words.get(text);
                if (word == null) {
                    object.problem(
                            "metadata.annotations." + field.name() + ": " + text + Suggestion.of(text, words.keySet()));
                } else {
                    annotations.put(field.name(), word);
                }
            }
        }
        Object policy = annotations.get(DEFAULT_POLICY);
        Object decision = annotations.containsKey(DEFAULT_DECISION) ? annotations.get(DEFAULT_DECISION) : policy;
        if (policy != null && !policy.equals(decision)) {
            object.problem("metadata.annotations: " + DEFAULT_POLICY + " and " + DEFAULT_DECISION
                    + " mean the same, and have different values (expected: one of them)");
        }
        return new Namespace(
                head.name().name(),
                (DefaultDecision) decision,
                (InboundMode) annotations.get(INBOUND),
                (EgressDefault) annotations.get(EGRESS),
                head.sidecarSettings(object));
    }
}
