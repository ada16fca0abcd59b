package dev.weft.mesh.kind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the descriptions of kinds as schemas: trees of maps, lists, strings, integers and booleans. */
public final class Schemas {

    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";

    private enum Reader {
        /** An API server: a structural schema (OpenAPI v3), with rules in CEL. */
        API_SERVER,
        /** An editor: JSON Schema. */
        EDITOR
    }

    private final Reader reader;

    private Schemas(Reader reader) {
        this.reader = reader;
    }

    /** Returns the structural schema for objects of one of Weft's own kinds, for a CustomResourceDefinition. */
    public static Map<String, Object> structural(Kind kind) {
        Schemas schemas = new Schemas(Reader.API_SERVER);
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("apiVersion", Map.of("type", "string"));
        properties.put("kind", Map.of("type", "string"));
        properties.put("metadata", Map.of("type", "object"));
        properties.put("spec", schemas.of(kind.spec()));
        kind.definition().ifPresent(definition -> {
            Map<String, Object> status = schemas.of(definition.status());
            if (definition.open()) {
                status.put("x-kubernetes-preserve-unknown-fields", true);
            }
            properties.put("status", status);
        });
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", "object");
        object.put("description", kind.meaning());
        object.put("required", List.of("spec"));
        object.put("properties", properties);
        return object;
    }

    /** Returns a JSON Schema for files with objects of these kinds. */
    public static Map<String, Object> json(List<Kind> kinds) {
        Schemas schemas = new Schemas(Reader.EDITOR);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", DRAFT);
        schema.put("title", kinds.size() == 1 ? kinds.getFirst().kindName() : "Objects of a Weft mesh");
        if (kinds.size() == 1) {
            schema.putAll(schemas.document(kinds.getFirst()));
            return schema;
        }
        schema.put("type", "object");
        schema.put("required", List.of("apiVersion", "kind", "metadata"));
        schema.put(
                "properties",
                Map.of("kind", Map.of("enum", kinds.stream().map(Kind::kindName).toList())));
        schema.put(
                "allOf",
                kinds.stream()
                        .map(kind -> {
                            Map<String, Object> either = new LinkedHashMap<>();
                            either.put("if", Map.of("properties", Map.of("kind", Map.of("const", kind.kindName()))));
                            either.put("then", Map.of("$ref", "#/$defs/" + kind.kindName()));
                            return either;
                        })
                        .toList());
        Map<String, Object> definitions = new LinkedHashMap<>();
        kinds.forEach(kind -> definitions.put(kind.kindName(), schemas.document(kind)));
        schema.put("$defs", definitions);
        return schema;
    }

    private static Map<String, Object> version(List<String> versions) {
        return versions.size() == 1 ? Map.of("const", versions.getFirst()) : Map.of("enum", versions);
    }

    private Map<String, Object> document(Kind kind) {
        Map<String, Object> metadata = of(kind.metadata());
        if (!kind.annotations().isEmpty()) {
            Map<String, Object> annotations =
                    of(new Shape.TextMap(TextFormats.LABEL_KEY, TextFormats.TEXT, Kind.MAX_ITEMS));
            annotations.put("properties", properties(kind.annotations()));
            Map<String, Object> fields = properties(kind.metadata().fields());
            fields.put("annotations", annotations);
            metadata.put("properties", fields);
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("apiVersion", version(kind.apiVersions()));
        properties.put("kind", Map.of("const", kind.kindName()));
        properties.put("metadata", metadata);
        properties.put("spec", of(kind.spec()));
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", "object");
        object.put("description", kind.meaning());
        object.put(
                "required",
                kind.spec().fields().isEmpty()
                        ? List.of("apiVersion", "kind", "metadata")
                        : List.of("apiVersion", "kind", "metadata", "spec"));
        object.put("properties", properties);
        object.put("additionalProperties", false);
        return object;
    }

    private Map<String, Object> properties(List<Field> fields) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (Field field : fields) {
            if (!(field.shape() instanceof Shape.Refused)) {
                Map<String, Object> shape = of(field.shape());
                Map<String, Object> described = new LinkedHashMap<>();
                if (shape.containsKey("type")) {
                    described.put("type", shape.get("type"));
                }
                described.put("description", field.description());
                described.putAll(shape);
                properties.put(field.name(), described);
            }
        }
        return properties;
    }

    private Map<String, Object> of(Shape shape) {
        Map<String, Object> schema = new LinkedHashMap<>();
        switch (shape) {
            case Shape.Text(TextFormat format) -> text(format, schema);
            case Shape.OneOfWords(Map<String, Object> words) -> {
                schema.put("type", "string");
                schema.put("enum", List.copyOf(words.keySet()));
            }
            case Shape.WholeNumber(int least, int most) -> number(least, most, schema);
            case Shape.Bool() -> schema.put("type", "boolean");
            case Shape.TrueOnly() -> {
                schema.put("type", "boolean");
                schema.put("enum", List.of(true));
            }
            case Shape.Items items -> items(items, schema);
            case Shape.TextMap(TextFormat _, TextFormat values, int most) -> {
                schema.put("type", "object");
                schema.put("maxProperties", most);
                schema.put("additionalProperties", of(new Shape.Text(values)));
            }
            case Shape.Mapping mapping -> mapping(mapping, schema);
            case Shape.Any(), Shape.Refused(String _) -> {}
        }
        return schema;
    }

    private void text(TextFormat format, Map<String, Object> schema) {
        boolean numbers = format.numeric() && reader == Reader.EDITOR;
        if (!format.words().isEmpty()) {
            schema.put("type", numbers ? "integer" : "string");
            schema.put(
                    "enum",
                    numbers ? format.words().stream().map(Integer::valueOf).toList() : format.words());
            return;
        }
        schema.put("type", numbers ? List.of("string", "number", "boolean") : "string");
        if (!format.schemaFormat().isEmpty()) {
            schema.put("format", format.schemaFormat());
        }
        if (!format.pattern().isEmpty()) {
            schema.put("pattern", format.pattern());
        }
        if (format.least() > 0) {
            schema.put("minLength", format.least());
        }
        schema.put("maxLength", format.most());
        if (reader == Reader.API_SERVER) {
            format.rule()
                    .ifPresent(
                            rule -> schema.put("x-kubernetes-validations", List.of(rule(rule.cel(), rule.message()))));
        }
    }

    /** Writes the bounds of a number. {@link Integer#MAX_VALUE} means no upper bound. */
    private void number(int least, int most, Map<String, Object> schema) {
        schema.put("type", "integer");
        if (reader == Reader.API_SERVER && most < Integer.MAX_VALUE) {
            schema.put("format", "int32");
        }
        schema.put("minimum", least);
        if (most < Integer.MAX_VALUE) {
            schema.put("maximum", most);
        }
    }

    private void items(Shape.Items items, Map<String, Object> schema) {
        schema.put("type", "array");
        if (!items.key().isEmpty() && reader == Reader.API_SERVER) {
            schema.put("x-kubernetes-list-type", "map");
            schema.put("x-kubernetes-list-map-keys", List.of(items.key()));
        }
        if (items.least() > 0) {
            schema.put("minItems", items.least());
        }
        schema.put("maxItems", items.most());
        schema.put("items", of(items.item()));
    }

    private void mapping(Shape.Mapping mapping, Map<String, Object> schema) {
        schema.put("type", "object");
        List<String> required = mapping.fields().stream()
                .filter(Field::required)
                .map(Field::name)
                .toList();
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        List<Map<String, Object>> rules = new ArrayList<>();
        mapping.choice().ifPresent(choice -> {
            if (choice.several()) {
                schema.put("minProperties", required.size() + 1);
            } else if (reader == Reader.EDITOR) {
                schema.put(
                        "oneOf",
                        choice.names().stream()
                                .map(name -> Map.of("required", List.of(name)))
                                .toList());
            } else {
                // A bound on the number of fields would cost an API server less, but its message names none of them.
                rules.add(
                        rule(exactlyOne(choice.names()), "exactly one of " + listed(choice.names()) + " is expected"));
            }
        });
        schema.put("properties", properties(mapping.fields()));
        if (reader == Reader.EDITOR) {
            schema.put("additionalProperties", false);
            return;
        }
        mapping.rules().forEach(rule -> rules.add(rule(rule.cel(), rule.message())));
        if (!rules.isEmpty()) {
            schema.put("x-kubernetes-validations", rules);
        }
    }

    /** Returns a rule that costs an API server little: it multiplies the cost by the lengths of all lists around. */
    private static String exactlyOne(List<String> names) {
        String first = "has(self." + names.getFirst() + ")";
        List<String> others = names.subList(1, names.size());
        if (others.size() == 1) {
            return first + " != has(self." + others.getFirst() + ")";
        }
        String none = others.stream().map(name -> "!has(self." + name + ")").collect(Collectors.joining(" && "));
        return first + " ? " + none + " : " + exactlyOne(others);
    }

    private static Map<String, Object> rule(String cel, String message) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("rule", cel);
        rule.put("message", message);
        return rule;
    }

    private static String listed(List<String> names) {
        return String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }
}
