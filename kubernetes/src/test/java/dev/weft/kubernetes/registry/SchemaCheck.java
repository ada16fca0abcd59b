package dev.weft.kubernetes.registry;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Checks a value by a structural schema, as far as ours go; what an API server would drop is a problem too. */
final class SchemaCheck {

    private SchemaCheck() {}

    static List<String> problems(JSONSchemaProps schema, String path, Object value) {
        List<String> problems = new ArrayList<>();
        switch (schema.getType()) {
            case "object" -> object(schema, path, value, problems);
            case "array" -> array(schema, path, value, problems);
            case "string" -> string(schema, path, value, problems);
            case "integer" -> integer(schema, path, value, problems);
            case "boolean" -> require(value instanceof Boolean, path + ": no boolean", problems);
            default -> problems.add(path + ": type " + schema.getType());
        }
        if (!schema.getEnum().isEmpty()) {
            require(
                    schema.getEnum().stream().anyMatch(word -> word.asString().equals(String.valueOf(value))),
                    path + ": " + value,
                    problems);
        }
        return problems;
    }

    private static void object(JSONSchemaProps schema, String path, Object value, List<String> problems) {
        if (!(value instanceof Map<?, ?> map)) {
            problems.add(path + ": no object");
            return;
        }
        Map<String, JSONSchemaProps> fields = Objects.requireNonNullElse(schema.getProperties(), Map.of());
        map.forEach((key, field) -> {
            String at = path + "." + key;
            JSONSchemaProps known = fields.get(String.valueOf(key));
            JSONSchemaProps other = schema.getAdditionalProperties() == null
                    ? null
                    : schema.getAdditionalProperties().getSchema();
            if (known == null && other == null) {
                problems.add(at + ": unknown");
            } else {
                problems.addAll(problems(known == null ? Objects.requireNonNull(other) : known, at, field));
            }
        });
        Objects.requireNonNullElse(schema.getRequired(), List.<String>of())
                .forEach(field -> require(map.containsKey(field), path + "." + field + ": missing", problems));
        require(
                schema.getMinProperties() == null || map.size() >= schema.getMinProperties(),
                path + ": too few fields",
                problems);
    }

    private static void array(JSONSchemaProps schema, String path, Object value, List<String> problems) {
        if (!(value instanceof List<?> list)) {
            problems.add(path + ": no list");
            return;
        }
        list.forEach(item -> problems.addAll(problems(schema.getItems().getSchema(), path + "[]", item)));
        require(list.size() <= schema.getMaxItems(), path + ": too many", problems);
        require(schema.getMinItems() == null || list.size() >= schema.getMinItems(), path + ": too few", problems);
    }

    private static void string(JSONSchemaProps schema, String path, Object value, List<String> problems) {
        if (!(value instanceof String text)) {
            problems.add(path + ": no text");
            return;
        }
        require(schema.getMaxLength() == null || text.length() <= schema.getMaxLength(), path + ": too long", problems);
        require(
                schema.getMinLength() == null || text.length() >= schema.getMinLength(),
                path + ": too short",
                problems);
        require(
                schema.getPattern() == null
                        || Pattern.compile(schema.getPattern()).matcher(text).find(),
                path + ": " + text,
                problems);
    }

    private static void integer(JSONSchemaProps schema, String path, Object value, List<String> problems) {
        if (!(value instanceof Integer number)) {
            problems.add(path + ": no number");
            return;
        }
        require(number >= schema.getMinimum() && number <= schema.getMaximum(), path + ": " + number, problems);
    }

    private static void require(boolean holds, String otherwise, List<String> problems) {
        if (!holds) {
            problems.add(otherwise);
        }
    }
}
