package dev.weft.mesh.kind;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The values that a field may have. */
public sealed interface Shape {

    record Text(TextFormat format) implements Shape {}

    /**
     * One of some words.
     *
     * @param words the words and the values that they stand for, in the order for messages
     */
    record OneOfWords(Map<String, Object> words) implements Shape {
        public OneOfWords {
            words = Collections.unmodifiableMap(new LinkedHashMap<>(words));
        }
    }

    /**
     * A whole number.
     *
     * @param most the largest; {@link Integer#MAX_VALUE} for no bound
     */
    record WholeNumber(int least, int most) implements Shape {}

    /** True or false. */
    record Bool() implements Shape {}

    /** True; to say false, the field is left out. */
    record TrueOnly() implements Shape {

        /** The form of the value as a text. */
        public static final TextFormat FORM = TextFormat.oneOf("true, or the field left out", "true");
    }

    /**
     * A list.
     *
     * @param least fewest items of a list that is present
     * @param key the field whose value differs in each item; empty if there is none
     */
    record Items(Shape item, int least, int most, String key) implements Shape {}

    /** A mapping of names to texts, such as labels. */
    record TextMap(TextFormat keys, TextFormat values, int most) implements Shape {}

    /**
     * A mapping of fields.
     *
     * @param choice fields that exclude each other
     * @param rules further rules for an API server
     */
    record Mapping(List<Field> fields, Optional<Choice> choice, List<Rule> rules) implements Shape {
        public Mapping {
            fields = List.copyOf(fields);
            rules = List.copyOf(rules);
        }

        /** Returns the field of this name. */
        public Optional<Field> field(String name) {
            return fields.stream().filter(field -> field.name().equals(name)).findFirst();
        }

        /** Returns a copy with another field. */
        Mapping with(Field field) {
            List<Field> more = new ArrayList<>(fields);
            more.add(field);
            return new Mapping(more, choice, rules);
        }

        Mapping required(String name, String meaning, Shape shape) {
            return with(Field.required(name, meaning, shape));
        }

        Mapping required(String name, String meaning, TextFormat format) {
            return required(name, meaning, new Text(format));
        }

        Mapping optional(String name, String meaning, Shape shape) {
            return with(Field.optional(name, meaning, shape));
        }

        Mapping optional(String name, String meaning, TextFormat format) {
            return optional(name, meaning, new Text(format));
        }

        /** Returns a copy whose last field says what applies if it is absent. */
        Mapping defaultText(String text) {
            return withLast(fields.getLast().defaultText(text));
        }

        /** Returns a copy whose last field has this message for when it is missing. */
        Mapping missingMessage(String text) {
            return withLast(fields.getLast().missingMessage(text));
        }

        private Mapping withLast(Field field) {
            return new Mapping(fields.subList(0, fields.size() - 1), choice, rules).with(field);
        }

        /** Returns a copy in which exactly one of some fields must be present. */
        Mapping exactlyOneOf(String ifNone, String ifSeveral, String... names) {
            return new Mapping(fields, Optional.of(new Choice(List.of(names), false, ifNone, ifSeveral)), rules);
        }

        /** Returns a copy in which at least one field must be present. */
        Mapping atLeastOneOf(String ifNone) {
            List<String> names = fields.stream().map(Field::name).toList();
            return new Mapping(fields, Optional.of(new Choice(names, true, ifNone, "")), rules);
        }

        Mapping rule(String cel, String message) {
            List<Rule> more = new ArrayList<>(rules);
            more.add(new Rule(cel, message));
            return new Mapping(fields, choice, more);
        }
    }

    /** Any value: the reader of the field checks it itself. */
    record Any() implements Shape {}

    /** No value: the field is known elsewhere but not supported here. */
    record Refused(String reason) implements Shape {}

    /**
     * Fields of which exactly one, or at least one, must be present.
     *
     * @param several whether several may be present
     * @param ifNone message if none is present; {@code {count}} in it stands for the number of present fields
     * @param ifSeveral message if several are present; {@code {count}} as above
     */
    record Choice(List<String> names, boolean several, String ifNone, String ifSeveral) {
        public Choice {
            names = List.copyOf(names);
        }
    }

    /**
     * A rule in the Common Expression Language.
     *
     * @param message error message if the rule does not hold
     */
    record Rule(String cel, String message) {}

    static Shape text(TextFormat format) {
        return new Text(format);
    }

    /** Returns the shape of words that stand for themselves. */
    static Shape words(String... words) {
        Map<String, Object> all = new LinkedHashMap<>();
        List.of(words).forEach(word -> all.put(word, word));
        return new OneOfWords(all);
    }

    /** Returns the shape of an enum's constants, written in lower case. */
    static <E extends Enum<E>> Shape lowerCaseWords(Class<E> constants) {
        return words(constants, name -> name.toLowerCase(Locale.ROOT));
    }

    /** Returns the shape of an enum's constants, written as in Kubernetes: {@code NOT_IN} is NotIn. */
    static <E extends Enum<E>> Shape camelCaseWords(Class<E> constants) {
        return words(constants, name -> {
            StringBuilder word = new StringBuilder();
            for (String part : name.split("_", -1)) {
                word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
            }
            return word.toString();
        });
    }

    private static <E extends Enum<E>> Shape words(Class<E> constants, Function<String, String> write) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (E constant : constants.getEnumConstants()) {
            all.put(write.apply(constant.name()), constant);
        }
        return new OneOfWords(all);
    }

    static Shape list(TextFormat item, int most) {
        return list(new Text(item), most);
    }

    static Shape list(Shape item, int most) {
        return new Items(item, 0, most, "");
    }

    /** Returns the shape of a list that has at least one item if it is present. */
    static Shape nonEmptyList(TextFormat item, int most) {
        return nonEmptyList(new Text(item), most);
    }

    /** Returns the shape of a list that has at least one item if it is present. */
    static Shape nonEmptyList(Shape item, int most) {
        return new Items(item, 1, most, "");
    }

    static Mapping mapping(Field... fields) {
        return new Mapping(List.of(fields), Optional.empty(), List.of());
    }
}
