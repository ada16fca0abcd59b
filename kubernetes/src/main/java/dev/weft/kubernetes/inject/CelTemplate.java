package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.inject.Placeholder.Fixed;
import dev.weft.kubernetes.inject.Placeholder.OfPod;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Converts the template to a CEL expression. Objects get the types that the API server derives from their position in
 * the pod, such as {@code Object.spec.initContainers.env}; holes become variables of the admission policy.
 */
final class CelTemplate {

    private static final String STEP = "  ";

    /** Members that are maps with arbitrary names. All other objects have a type. */
    private static final Set<String> MAPS = Set.of("requests", "limits");

    private final Map<String, Placeholder> holes;

    CelTemplate(Map<String, Placeholder> holes) {
        this.holes = holes;
    }

    /**
     * Returns the expression of a value.
     *
     * @param type type of an object, or of each element of a list
     * @param indent indentation of the lines after the first
     */
    String expression(Object tree, String type, String indent) {
        return switch (tree) {
            case Map<?, ?> map -> object(map, type, indent);
            case List<?> list ->
                list.stream()
                        .map(element -> expression(element, type, indent + STEP))
                        .map(element -> list.getFirst() instanceof Map ? "\n" + indent + STEP + element : element)
                        .collect(Collectors.joining(list.getFirst() instanceof Map ? "," : ", ", "[", "]"));
            case String text when PlaceholderText.is(text) -> hole(PlaceholderText.of(text));
            case String text -> Cel.text(text);
            case Integer number -> number.toString();
            case Boolean truth -> truth.toString();
            default -> throw new IllegalStateException("in pod.yaml: " + tree);
        };
    }

    private String object(Map<?, ?> map, String type, String indent) {
        boolean shallow = map.values().stream().noneMatch(value -> value instanceof Map || value instanceof List);
        String gap = shallow ? "" : "\n" + indent + STEP;
        return map.entrySet().stream()
                .map(member -> gap + member(String.valueOf(member.getKey()), member.getValue(), type, indent + STEP))
                .collect(Collectors.joining(shallow ? ", " : ",", type + "{", "}"));
    }

    private String member(String name, Object value, String type, String indent) {
        if (MAPS.contains(name)) {
            return name + ": " + map((Map<?, ?>) value);
        }
        return name + ": " + expression(value, type + "." + name, indent);
    }

    private String map(Map<?, ?> map) {
        return map.entrySet().stream()
                .map(member -> entry(String.valueOf(member.getKey()), String.valueOf(member.getValue())))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private String entry(String key, String value) {
        if (PlaceholderText.is(value) && PlaceholderText.of(value).optional()) {
            return "?" + Cel.text(key) + ": optional.ofNonZeroValue(" + hole(PlaceholderText.of(value)) + ")";
        }
        return Cel.text(key) + ": " + (PlaceholderText.is(value) ? hole(PlaceholderText.of(value)) : Cel.text(value));
    }

    private String hole(PlaceholderText text) {
        return switch (Objects.requireNonNull(holes.get(text.name()), text.name())) {
            case Fixed(String value) -> Cel.text(value);
            case OfPod hole -> "variables." + hole.variable();
        };
    }
}
