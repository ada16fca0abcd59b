package dev.weft.mesh.model;

import java.util.List;
import java.util.Map;

/**
 * Selects objects by their labels, as in Kubernetes. An empty selector selects all objects.
 *
 * @param matchLabels labels that an object must have, with these values
 * @param matchExpressions requirements that must all hold
 */
public record LabelSelector(Map<String, String> matchLabels, List<Expression> matchExpressions) {

    /** Selects all objects. */
    public static final LabelSelector ALL = new LabelSelector(Map.of(), List.of());

    public LabelSelector {
        matchLabels = Map.copyOf(matchLabels);
        matchExpressions = List.copyOf(matchExpressions);
    }

    /** How an expression compares a label. */
    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        DOES_NOT_EXIST
    }

    /**
     * One requirement on a label.
     *
     * @param operator how the label is compared
     * @param values at least one value for In and NotIn; empty for the other operators
     */
    public record Expression(String key, Operator operator, List<String> values) {
        public Expression {
            values = List.copyOf(values);
        }

        boolean holds(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
            };
        }
    }

    /** Whether the selector selects an object with these labels. */
    public boolean matches(Map<String, String> labels) {
        return Labels.haveAll(labels, matchLabels)
                && matchExpressions.stream().allMatch(expression -> expression.holds(labels));
    }
}
