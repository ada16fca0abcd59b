package dev.weft.files.yaml;

import dev.weft.mesh.kind.Field;
import dev.weft.mesh.kind.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The fields of one mapping, checked against its description. A value that is wrong is reported and then read as
 * absent. The caller only checks what the description does not express.
 */
final class Fields {

    private final Problems problems;
    private final Node node;
    private final String path;
    private final Shape.Mapping shape;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Fields(Problems problems, Node node, String path, Shape.Mapping shape) {
        this.problems = problems;
        this.node = node;
        this.path = path;
        this.shape = shape;
    }

    /** Reads a mapping. If the node is not a mapping, there are no fields. */
    static Fields read(Problems problems, Node node, String path, Shape.Mapping shape) {
        Fields fields = open(problems, node, path, shape);
        fields.checkNames();
        return fields;
    }

    /** Reads a mapping, without reporting unknown fields yet. */
    static Fields open(Problems problems, Node node, String path, Shape.Mapping shape) {
        Fields fields = new Fields(problems, node, path, shape);
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(fields::put);
            shape.fields().forEach(fields::check);
            shape.choice().ifPresent(fields::check);
        } else {
            problems.add(node, path, "a mapping was expected");
        }
        return fields;
    }

    private void put(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            problems.add(tuple.getKeyNode(), path, "a field's name was expected");
        } else if (nodes.put(key.getValue(), tuple.getValueNode()) != null) {
            problems.add(key, at(key.getValue()), "the field is there twice");
        }
    }

    private void check(Field field) {
        Node value = nodes.get(field.name());
        boolean empty = value != null && Tag.NULL.equals(value.getTag());
        int before = problems.count();
        boolean mayBeEmpty = field.required()
                || !(field.shape() instanceof Shape.Items(Shape _, int least, int _, String _))
                || least == 0;
        if (value != null && (!empty || !mayBeEmpty)) {
            Object read = new ValueReader(problems).read(value, at(field.name()), field);
            if (read != null && !(field.required() && Map.of().equals(read))) {
                values.put(field.name(), read);
            }
        } else if (field.required() && field.missingMessage().isEmpty()) {
            missing(field);
        }
        boolean explained = problems.count() > before;
        if (field.required() && !field.missingMessage().isEmpty() && !values.containsKey(field.name()) && !explained) {
            problem(field.missingMessage());
        }
    }

    private void missing(Field field) {
        switch (field.shape()) {
            case Shape.OneOfWords(Map<String, Object> words) ->
                problem("no usable " + field.name() + " (expected: " + either(List.copyOf(words.keySet())) + ")");
            case Shape.Items(Shape _, int least, int most, String _) ->
                problem(field.name(), "0 items (expected: " + least + "-" + most + ")");
            default -> missing(field.name());
        }
    }

    /** Reports a field that is missing. */
    void missing(String key) {
        problem(key, "the field is missing");
    }

    private static String either(List<String> words) {
        int last = words.size() - 1;
        return last == 0 ? words.getFirst() : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    private void check(Shape.Choice choice) {
        long given = choice.names().stream().filter(this::has).count();
        if (given == 0 && hasUnknown()) {
            return; // most likely the choice, misspelt: one error for one cause
        }
        if (given == 0 || (given > 1 && !choice.several())) {
            String text = given == 0 ? choice.ifNone() : choice.ifSeveral();
            problem(text.replace("{count}", String.valueOf(given)));
        }
    }

    private boolean hasUnknown() {
        return nodes.keySet().stream().anyMatch(key -> shape.field(key).isEmpty());
    }

    /** Reports each unknown field. */
    void checkNames() {
        List<String> known = shape.fields().stream()
                .filter(field -> !(field.shape() instanceof Shape.Refused))
                .map(Field::name)
                .toList();
        nodes.forEach((key, value) -> {
            if (shape.field(key).isEmpty()) {
                problems.add(value, at(key), "unknown field " + key + Suggestion.of(key, known));
            }
        });
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Reports a problem of the mapping as a whole. */
    void problem(String reason) {
        problems.add(node, path, reason);
    }

    /** Reports a problem of a field. */
    void problem(String key, String reason) {
        problems.add(nodes.getOrDefault(key, node), at(key), reason);
    }

    /** Whether a field is present, valid or not. */
    boolean has(String key) {
        Node value = nodes.get(key);
        return value != null && !Tag.NULL.equals(value.getTag());
    }

    /** Returns the node of a field that the caller itself reads; null if it is absent. */
    @Nullable
    Node node(String key) {
        return has(key) ? nodes.get(key) : null;
    }

    @Nullable
    String text(String key) {
        return values.get(key) instanceof String text ? text : null;
    }

    /** Returns the converted value of a text field; null if it is absent. */
    <T> @Nullable T text(String key, Function<String, @Nullable T> meaning) {
        return values.get(key) instanceof String text ? meaning.apply(text) : null;
    }

    boolean flag(String key, boolean defaultValue) {
        return values.get(key) instanceof Boolean flag ? flag : defaultValue;
    }

    int number(String key, int defaultValue) {
        return values.get(key) instanceof Integer number ? number : defaultValue;
    }

    /** Returns the value that a word stands for; null if the field is absent. */
    <E> @Nullable E word(String key, Class<E> meaning) {
        Object value = values.get(key);
        return value == null ? null : meaning.cast(value);
    }

    <T> @Nullable T mapping(String key, Function<Fields, @Nullable T> reader) {
        return values.get(key) instanceof Fields fields ? reader.apply(fields) : null;
    }

    <T> List<T> mappings(String key, Function<Fields, @Nullable T> reader) {
        List<T> read = new ArrayList<>();
        for (Fields item : items(key, Fields.class)) {
            T value = reader.apply(item);
            if (value != null) {
                read.add(value);
            }
        }
        return read;
    }

    List<String> texts(String key) {
        return items(key, String.class);
    }

    Set<Integer> numbers(String key) {
        return new LinkedHashSet<>(items(key, Integer.class));
    }

    private <T> List<T> items(String key, Class<T> type) {
        return values.get(key) instanceof List<?> items
                ? items.stream().map(type::cast).toList()
                : List.of();
    }

    /** Returns a mapping from names to texts; empty if the field is absent. */
    Map<String, String> map(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (values.get(key) instanceof Map<?, ?> map) {
            map.forEach((name, text) -> texts.put(String.valueOf(name), String.valueOf(text)));
        }
        return texts;
    }
}
