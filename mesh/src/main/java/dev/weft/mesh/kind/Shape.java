package dev.weft.mesh.kind;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What a value may be. */
public sealed interface Shape {

    /** A text of a form. */
    record Text(Form form) implements Shape {}

    /**
     * One of some words.
     *
     * @param words each with what it stands for, in the order in which they are told
     */
    record Word(Map<String, Object> words) implements Shape {
        public Word {
            words = Collections.unmodifiableMap(new LinkedHashMap<>(words));
        }
    }

    /**
     * A whole number.
     *
     * @param most the largest; {@link Integer#MAX_VALUE} for no bound
     */
    record Whole(int least, int most) implements Shape {}

    /** True or false. */
    record Flag() implements Shape {}

    /** True, or left out. */
    record Mark() implements Shape {

        /** As a text. */
        public static final Form FORM = Form.oneOf("true, or the field left out", "true");
    }

    /**
     * A list.
     *
     * @param least fewest items of one that is there
     * @param key the field by which its items differ; empty if there is none
     */
    record Items(Shape item, int least, int most, String key) implements Shape {}

    /** A mapping of names to texts, such as labels. */
    record Texts(Form keys, Form values, int most) implements Shape {}

    /**
     * A mapping of fields.
     *
     * @param choice which of them exclude each other
     * @param rules of an API server, beyond what the shapes say
     */
    record Mapping(List<Field> fields, Optional<Choice> choice, List<Rule> rules) implements Shape {
        public Mapping {
            fields = List.copyOf(fields);
            rules = List.copyOf(rules);
        }

        /** A field of this name. */
        public Optional<Field> field(String name) {
            return fields.stream().filter(field -> field.name().equals(name)).findFirst();
        }

        /** This and another field. */
        Mapping with(Field field) {
            List<Field> more = new ArrayList<>(fields);
            more.add(field);
            return new Mapping(more, choice, rules);
        }

        Mapping required(String name, String meaning, Shape shape) {
            return with(Field.required(name, meaning, shape));
        }

        Mapping required(String name, String meaning, Form form) {
            return required(name, meaning, new Text(form));
        }

        Mapping optional(String name, String meaning, Shape shape) {
            return with(Field.optional(name, meaning, shape));
        }

        Mapping optional(String name, String meaning, Form form) {
            return optional(name, meaning, new Text(form));
        }

        /** This, where the last field says what holds if it is absent. */
        Mapping otherwise(String text) {
            return withLast(fields.getLast().otherwise(text));
        }

        /** This, where the last field says what is wrong if it is missing. */
        Mapping ifMissing(String text) {
            return withLast(fields.getLast().ifMissing(text));
        }

        private Mapping withLast(Field field) {
            return new Mapping(fields.subList(0, fields.size() - 1), choice, rules).with(field);
        }

        /** This, where exactly one of some fields is there. */
        Mapping one(String ifNone, String ifSeveral, String... names) {
            return new Mapping(fields, Optional.of(new Choice(List.of(names), false, ifNone, ifSeveral)), rules);
        }

        /** This, where at least one field is there. */
        Mapping some(String ifNone) {
            List<String> names = fields.stream().map(Field::name).toList();
            return new Mapping(fields, Optional.of(new Choice(names, true, ifNone, "")), rules);
        }

        Mapping rule(String cel, String message) {
            List<Rule> more = new ArrayList<>(rules);
            more.add(new Rule(cel, message));
            return new Mapping(fields, choice, more);
        }
    }

    /** Anything: who reads it looks further. */
    record Any() implements Shape {}

    /** Nothing: others know the field, and it is not obeyed. */
    record Refused(String reason) implements Shape {}

    /**
     * Fields of which one, or one at least, is there.
     *
     * @param several whether several may be
     * @param ifNone what is wrong if none is; {@code {count}} in it is how many there are
     * @param ifSeveral what is wrong if several are
     */
    record Choice(List<String> names, boolean several, String ifNone, String ifSeveral) {
        public Choice {
            names = List.copyOf(names);
        }
    }

    /**
     * A rule in the Common Expression Language.
     *
     * @param message what is wrong where it does not hold
     */
    record Rule(String cel, String message) {}

    static Shape text(Form form) {
        return new Text(form);
    }

    /** Words that stand for themselves. */
    static Shape words(String... words) {
        Map<String, Object> all = new LinkedHashMap<>();
        List.of(words).forEach(word -> all.put(word, word));
        return new Word(all);
    }

    /** The constants of an enum in lower case. */
    static <E extends Enum<E>> Shape lower(Class<E> constants) {
        return words(constants, name -> name.toLowerCase(Locale.ROOT));
    }

    /** The constants of an enum as Kubernetes writes them: {@code NOT_IN} is NotIn. */
    static <E extends Enum<E>> Shape camel(Class<E> constants) {
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
        return new Word(all);
    }

    static Shape list(Form item, int most) {
        return list(new Text(item), most);
    }

    static Shape list(Shape item, int most) {
        return new Items(item, 0, most, "");
    }

    /** A list that is not there with nothing in it. */
    static Shape someOf(Form item, int most) {
        return someOf(new Text(item), most);
    }

    /** The same of other items. */
    static Shape someOf(Shape item, int most) {
        return new Items(item, 1, most, "");
    }

    static Mapping mapping(Field... fields) {
        return new Mapping(List.of(fields), Optional.empty(), List.of());
    }
}
