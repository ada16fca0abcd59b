package dev.weft.files.yaml;

import dev.weft.mesh.kind.Field;
import dev.weft.mesh.kind.Shape;
import dev.weft.mesh.kind.TextFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads values by the description of their shape. A value that does not have the shape is reported, and read as null.
 */
record ValueReader(Problems problems) {

    private static final int MAX_SHOWN = 80;

    /** Returns the value of a field; null if it is not valid. */
    @Nullable
    Object read(Node value, String where, Field field) {
        return field.shape() instanceof Shape.Items items
                ? items(
                        value,
                        where,
                        items,
                        field.required(),
                        !field.missingMessage().isEmpty())
                : read(value, where, field.shape());
    }

    private @Nullable Object read(Node value, String where, Shape shape) {
        return switch (shape) {
            case Shape.Text(TextFormat format) -> text(value, where, format);
            case Shape.OneOfWords(Map<String, Object> words) -> word(value, where, words);
            case Shape.WholeNumber(int least, int most) -> number(value, where, least, most);
            case Shape.Bool() -> flag(value, where);
            case Shape.TrueOnly() -> text(value, where, Shape.TrueOnly.FORM);
            case Shape.Items items -> items(value, where, items, false, false);
            case Shape.TextMap texts -> texts(value, where, texts);
            case Shape.Mapping mapping -> Fields.read(problems, value, where, mapping);
            case Shape.Any() -> value;
            case Shape.Refused(String reason) -> wrong(value, where, reason);
        };
    }

    private @Nullable Object wrong(Node value, String where, String reason) {
        problems.add(value, where, reason);
        return null;
    }

    private @Nullable String text(Node value, String where, TextFormat format) {
        if (!(value instanceof ScalarNode scalar)) {
            problems.add(value, where, "a text was expected");
            return null;
        }
        String unmet = format.unmet(scalar.getValue());
        if (unmet != null) {
            problems.add(value, where, shown(scalar.getValue()) + " (expected: " + unmet + ")");
            return null;
        }
        return scalar.getValue();
    }

    private static String shown(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    private @Nullable Object word(Node value, String where, Map<String, Object> words) {
        if (!(value instanceof ScalarNode scalar)) {
            return wrong(value, where, "one of " + String.join(", ", words.keySet()) + " was expected");
        }
        Object meaning = words.get(scalar.getValue());
        return meaning == null
                ? wrong(value, where, shown(scalar.getValue()) + Suggestion.of(scalar.getValue(), words.keySet()))
                : meaning;
    }

    private @Nullable Object number(Node value, String where, int least, int most) {
        String range = least + "-" + most;
        if (!(value instanceof ScalarNode scalar) || !Tag.INT.equals(scalar.getTag())) {
            return wrong(value, where, "a number was expected (" + range + ")");
        }
        try {
            int number = Integer.parseInt(scalar.getValue());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below: too large for an int, or not decimal
        }
        return wrong(value, where, shown(scalar.getValue()) + " (expected: " + range + ")");
    }

    private @Nullable Object flag(Node value, String where) {
        return value instanceof ScalarNode scalar && Tag.BOOL.equals(scalar.getTag())
                ? Boolean.valueOf(scalar.getValue())
                : wrong(value, where, "true or false was expected");
    }

    /**
     * Returns null if there are too many or too few items, or no usable item in a list that must not be empty.
     *
     * @param ownWords whether the field has its own message for a list without items
     */
    private @Nullable Object items(Node value, String where, Shape.Items shape, boolean required, boolean ownWords) {
        boolean empty = Tag.NULL.equals(value.getTag())
                || (value instanceof SequenceNode list && list.getValue().size() < shape.least());
        if (empty && !required) {
            return wrong(value, where, "nothing is in it (expected: at least one item, or the field left out)");
        }
        if (!(value instanceof SequenceNode sequence)) {
            return wrong(value, where, "a list was expected");
        }
        int size = sequence.getValue().size();
        if (size > shape.most() || (empty && !ownWords)) {
            String range = required && !ownWords ? shape.least() + "-" : "at most ";
            return wrong(value, where, size + " items (expected: " + range + shape.most() + ")");
        }
        List<Object> items = new ArrayList<>();
        int index = 0;
        for (Node item : sequence.getValue()) {
            Object read = read(item, where + "[" + index++ + "]", shape.item());
            if (read != null) {
                items.add(read);
            }
        }
        return items.size() < shape.least() ? null : items;
    }

    private @Nullable Object texts(Node value, String where, Shape.TextMap shape) {
        if (!(value instanceof MappingNode mapping) || mapping.getValue().size() > shape.most()) {
            return wrong(value, where, "a mapping of texts was expected (at most " + shape.most() + ")");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String name = text(tuple.getKeyNode(), where, shape.keys());
            String text = name == null ? null : text(tuple.getValueNode(), where + "." + name, shape.values());
            if (name != null && text != null && texts.put(name, text) != null) {
                problems.add(tuple.getKeyNode(), where + "." + name, "the field is there twice");
            }
        }
        return texts;
    }
}
