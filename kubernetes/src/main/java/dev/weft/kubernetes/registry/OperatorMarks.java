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

    /** Annotation of a TrustDomain that an operator has disabled; its value is the reason. */
    static final String DISABLED = "weft.dev/disabled-by-operator";

    /** The value where no reason was given: {@code kubectl get} shows the value, and nothing for an empty one. */
    private static final String NO_REASON = "no reason given";

    private static final int MAX_REASON = 256;

    private OperatorMarks() {}

    static boolean isOfOperator(HasMetadata object) {
        Map<String, String> labels =
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
        return OPERATOR.equals(labels.get(MADE_BY));
    }

    static String disabledFor(Optional<String> reason) {
        return reason.filter(text -> !text.isBlank()).orElse(NO_REASON);
    }

    /** Returns why an operator has disabled the trust domain, which may be the empty text; empty if no operator has. */
    static Optional<String> disabled(HasMetadata object) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
        return Optional.ofNullable(annotations.get(DISABLED))
                .map(reason -> reason.substring(0, Math.min(reason.length(), MAX_REASON))
                        .replaceAll("\\p{Cntrl}", " ")
                        .strip())
                .map(reason -> reason.equals(NO_REASON) ? "" : reason);
    }
}
