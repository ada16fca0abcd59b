package dev.weft.kubernetes.registry;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Labels and annotations that mark an object as made or disabled by an operator through the control plane. */
final class OperatorMarks {

    /** Label of objects that the control plane made. */
    static final String MADE_BY = "weft.dev/made-by";

    /** Value of that label on an object that an operator made. */
    static final String OPERATOR = "operator";

    /** Annotation of a TrustDomain that an operator has disabled; its value is the reason, which may be empty. */
    static final String DISABLED = "weft.dev/disabled-by-operator";

    private static final int MAX_REASON = 256;

    private OperatorMarks() {}

    static boolean isOfOperator(HasMetadata object) {
        Map<String, String> labels =
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
        return OPERATOR.equals(labels.get(MADE_BY));
    }

    /** Returns why an operator has disabled the trust domain; empty if no operator has. */
    static Optional<String> disabled(HasMetadata object) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
        return Optional.ofNullable(annotations.get(DISABLED))
                .map(reason -> reason.substring(0, Math.min(reason.length(), MAX_REASON))
                        .replaceAll("\\p{Cntrl}", " ")
                        .strip());
    }
}
