package dev.weft.files.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads the fields of one mapping, each at most once. A wrong value is reported and read as absent; whatever is left when the reader is done is unknown and reported too.
 */
final class Fields {

    /** Items of a list, or entries of a map of labels and the like. */
    private static final int MAX_ITEMS = 4096;

    private static final int MAX_PORT = 65_535;
    private static final int MAX_SHOWN = 80;

    private final Problems problems;
    private final Node node;
    private final String path;
    private final Map<String, Node> left = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    private Fields(Problems problems, Node node, String path) {
        this.problems = problems;
        this.node = node;
        this.path = path;
    }

    /** Reads a mapping; the reader gets an empty one if the node is none. */
    static <T extends @Nullable Object> T read(Problems problems, Node node, String path, Function<Fields, T> reader) {
        Fields fields = new Fields(problems, node, path);
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(fields::put);
        } else {
            problems.add(node, path, "a mapping was expected");
        }
        T value = reader.apply(fields);
        fields.left.forEach((key, at) ->
                problems.add(at, fields.at(key), "unknown field " + key + Suggestion.of(key, fields.known)));
        return value;
    }

    private void put(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            problems.add(tuple.getKeyNode(), path, "a field's name was expected");
        } else if (left.put(key.getValue(), tuple.getValueNode()) != null) {
            problems.add(key, at(key.getValue()), "the field is there twice");
        }
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** The value of a field; null if it is absent or null. */
    @Nullable
    Node take(String key) {
        known.add(key);
        Node value = left.remove(key);
        return value != null && Tag.NULL.equals(value.getTag()) ? null : value;
    }

    /** Reports a list that is there with nothing in it, where that would not mean what it looks like. */
    void refuseEmpty(String key) {
        Node value = left.get(key);
        if (value == null) {
            return;
        }
        boolean empty = value instanceof SequenceNode list && list.getValue().isEmpty();
        if (empty || Tag.NULL.equals(value.getTag())) {
            problems.add(value, at(key), "nothing is in it (expected: at least one item, or the field left out)");
        }
    }

    /** Reports something about the mapping as a whole. */
    void problem(String reason) {
        problems.add(node, path, reason);
    }

    /** Reports something about a field that was read. */
    void problem(@Nullable Node at, String key, String reason) {
        problems.add(at == null ? node : at, at(key), reason);
    }

    @Nullable
    String text(String key, Syntax.Form form) {
        Node value = take(key);
        return value == null ? null : scalar(value, at(key), form);
    }

    String requiredText(String key, Syntax.Form form) {
        Node value = take(key);
        if (value == null) {
            problems.add(node, at(key), "the field is missing");
            return "";
        }
        String text = scalar(value, at(key), form);
        return text == null ? "" : text;
    }

    private @Nullable String scalar(Node value, String where, Syntax.Form form) {
        if (!(value instanceof ScalarNode scalar)) {
            problems.add(value, where, "a text was expected");
            return null;
        }
        String text = scalar.getValue();
        String unmet = form.unmet(text);
        if (unmet != null) {
            problems.add(value, where, shown(text) + " (expected: " + unmet + ")");
            return null;
        }
        return text;
    }

    private static String shown(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    boolean flag(String key, boolean otherwise) {
        Node value = take(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof ScalarNode scalar && Tag.BOOL.equals(scalar.getTag())) {
            return Boolean.parseBoolean(scalar.getValue());
        }
        problems.add(value, at(key), "true or false was expected");
        return otherwise;
    }

    int number(String key, int otherwise, int min, int max) {
        Node value = take(key);
        return value == null ? otherwise : number(value, at(key), otherwise, min, max);
    }

    private int number(Node value, String where, int otherwise, int min, int max) {
        if (value instanceof ScalarNode scalar && Tag.INT.equals(scalar.getTag())) {
            try {
                int number = Integer.parseInt(scalar.getValue());
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // said below: too large for an int, or not decimal
            }
            problems.add(value, where, shown(scalar.getValue()) + " (expected: " + min + "-" + max + ")");
            return otherwise;
        }
        problems.add(value, where, "a number was expected (" + min + "-" + max + ")");
        return otherwise;
    }

    /** A port; 0 if there is none and it was reported. */
    int requiredPort(String key) {
        Node value = take(key);
        if (value == null) {
            problems.add(node, at(key), "the field is missing");
            return 0;
        }
        return number(value, at(key), 0, 1, MAX_PORT);
    }

    <E extends Enum<E>> @Nullable E word(String key, Map<String, E> words) {
        Node value = take(key);
        if (value == null) {
            return null;
        }
        if (value instanceof ScalarNode scalar) {
            E word = words.get(scalar.getValue());
            if (word == null) {
                problems.add(
                        value, at(key), shown(scalar.getValue()) + Suggestion.of(scalar.getValue(), words.keySet()));
            }
            return word;
        }
        problems.add(value, at(key), "one of " + String.join(", ", words.keySet()) + " was expected");
        return null;
    }

    <T> @Nullable T mapping(String key, Function<Fields, T> reader) {
        Node value = take(key);
        return value == null ? null : read(problems, value, at(key), reader);
    }

    <T> List<T> mappings(String key, Function<Fields, @Nullable T> reader) {
        return items(key, (item, where) -> read(problems, item, where, reader));
    }

    List<String> texts(String key, Syntax.Form form) {
        return items(key, (item, where) -> scalar(item, where, form));
    }

    Set<Integer> ports(String key) {
        List<Integer> ports = items(key, (item, where) -> {
            int port = number(item, where, 0, 1, MAX_PORT);
            return port == 0 ? null : port;
        });
        return new LinkedHashSet<>(ports);
    }

    private <T> List<T> items(String key, BiFunction<Node, String, @Nullable T> reader) {
        Node value = take(key);
        List<T> items = new ArrayList<>();
        if (value == null) {
            return items;
        }
        if (!(value instanceof SequenceNode sequence)) {
            problems.add(value, at(key), "a list was expected");
            return items;
        }
        if (sequence.getValue().size() > MAX_ITEMS) {
            problems.add(value, at(key), "too many items (expected: at most " + MAX_ITEMS + ")");
            return items;
        }
        for (Node item : sequence.getValue()) {
            T read = reader.apply(item, at(key) + "[" + sequence.getValue().indexOf(item) + "]");
            if (read != null) {
                items.add(read);
            }
        }
        return items;
    }

    Map<String, String> texts(String key, Syntax.Form keys, Syntax.Form values) {
        Node value = take(key);
        Map<String, String> texts = new LinkedHashMap<>();
        if (value == null) {
            return texts;
        }
        if (!(value instanceof MappingNode mapping) || mapping.getValue().size() > MAX_ITEMS) {
            problems.add(value, at(key), "a mapping of texts was expected (at most " + MAX_ITEMS + ")");
            return texts;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String name = scalar(tuple.getKeyNode(), at(key), keys);
            String text = name == null ? null : scalar(tuple.getValueNode(), at(key) + "." + name, values);
            if (name != null && text != null && texts.put(name, text) != null) {
                problems.add(tuple.getKeyNode(), at(key) + "." + name, "the field is there twice");
            }
        }
        return texts;
    }
}
