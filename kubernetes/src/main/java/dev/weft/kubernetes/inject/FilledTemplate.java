package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.inject.Placeholder.Fixed;
import dev.weft.kubernetes.inject.Placeholder.OfPod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The template, filled in for one pod. */
final class FilledTemplate {

    private final Map<String, Placeholder> holes;
    private final PodFacts pod;

    FilledTemplate(Map<String, Placeholder> holes, PodFacts pod) {
        this.holes = holes;
        this.pod = pod;
    }

    List<Object> list(List<Object> template) {
        List<Object> filled = new ArrayList<>();
        template.forEach(member -> filled.add(fill(member)));
        return filled;
    }

    private Object fill(Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> members(map);
            case List<?> list -> list.stream().map(this::fill).toList();
            case String text when PlaceholderText.is(text) -> value(PlaceholderText.of(text));
            default -> tree;
        };
    }

    private Map<String, Object> members(Map<?, ?> map) {
        Map<String, Object> filled = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            if (value instanceof String text
                    && PlaceholderText.is(text)
                    && PlaceholderText.of(text).optional()
                    && value(PlaceholderText.of(text)).isEmpty()) {
                return;
            }
            filled.put(String.valueOf(name), fill(value));
        });
        return filled;
    }

    private String value(PlaceholderText text) {
        return switch (Objects.requireNonNull(holes.get(text.name()), text.name())) {
            case Fixed(String value) -> value;
            case OfPod hole -> hole.value().apply(pod);
        };
    }
}
