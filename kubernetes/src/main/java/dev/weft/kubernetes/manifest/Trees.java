package dev.weft.kubernetes.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Works on trees of {@code Map<String, Object>}, {@code List<Object>}, {@code String}, {@code Integer} and {@code
 * Boolean}.
 */
public final class Trees {

    private Trees() {}

    /**
     * Returns a map that keeps the order of its members.
     *
     * @param members name, value, name, value and so on
     */
    public static Map<String, Object> of(Object... members) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            map.put((String) members[i], members[i + 1]);
        }
        return map;
    }

    /**
     * Returns a member that is a map.
     *
     * @throws IllegalArgumentException if it is missing or not a map
     */
    public static Map<String, Object> map(Map<String, Object> of, String name) {
        return asMap(of.get(name), name);
    }

    /** Returns the map at the end of a path of members: the map itself, so that it can be changed. */
    @SuppressWarnings("unchecked") // all maps of a tree are of this type
    public static Map<String, Object> at(Map<String, Object> tree, String... path) {
        Map<String, Object> at = tree;
        for (String name : path) {
            at = (Map<String, Object>) Objects.requireNonNull(at.get(name), name);
        }
        return at;
    }

    /**
     * Returns a member that is a list.
     *
     * @throws IllegalArgumentException if it is missing or not a list
     */
    public static List<Object> list(Map<String, Object> of, String name) {
        if (of.get(name) instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        throw new IllegalArgumentException(name + ": not there, or no list");
    }

    /**
     * Returns a value as a map, in its order.
     *
     * @param name name of the value, for the error
     * @throws IllegalArgumentException if it is not a map
     */
    public static Map<String, Object> asMap(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, member) -> copy.put(String.valueOf(key), member));
            return copy;
        }
        throw new IllegalArgumentException(name + ": not there, or no map");
    }

    /** Returns a copy of the tree in which each text is changed, but no name of a member. */
    public static Object texts(Object tree, UnaryOperator<String> change) {
        return switch (tree) {
            case Map<?, ?> map -> {
                Map<String, Object> changed = new LinkedHashMap<>();
                map.forEach((key, value) -> changed.put(String.valueOf(key), texts(value, change)));
                yield changed;
            }
            case List<?> list ->
                list.stream().map(value -> texts(value, change)).toList();
            case String text -> change.apply(text);
            default -> tree;
        };
    }
}
