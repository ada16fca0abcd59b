package dev.weft.kubernetes.inject;

import dev.weft.kubernetes.manifest.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Applies a JSON patch (RFC 6902) of nothing but {@code add}. */
public final class Patched {

    private Patched() {}

    /** The tree that the operations make of another. */
    public static Map<String, Object> by(List<Map<String, Object>> operations, Map<String, Object> tree) {
        Map<String, Object> patched = Trees.asMap(copy(tree), "tree");
        for (Map<String, Object> operation : operations) {
            if (!"add".equals(operation.get("op"))) {
                throw new AssertionError("operation " + operation);
            }
            String[] path = String.valueOf(operation.get("path")).split("/", -1);
            Object at = patched;
            for (int i = 1; i < path.length - 1; i++) {
                at = member(at, name(path[i]));
            }
            add(at, name(path[path.length - 1]), copy(operation.get("value")));
        }
        return patched;
    }

    private static String name(String step) {
        return step.replace("~1", "/").replace("~0", "~");
    }

    private static Object member(Object of, String name) {
        Object member = switch (of) {
            case Map<?, ?> map -> map.get(name);
            case List<?> list -> list.get(Integer.parseInt(name));
            default -> null;
        };
        if (member == null) {
            throw new AssertionError("no " + name + " in " + of);
        }
        return member;
    }

    @SuppressWarnings("unchecked") // copies of its own
    private static void add(Object to, String name, Object value) {
        if (to instanceof Map<?, ?> map) {
            ((Map<String, Object>) map).put(name, value);
        } else if (to instanceof List<?> list) {
            int at = name.equals("-") ? list.size() : Integer.parseInt(name);
            ((List<Object>) list).add(at, value);
        } else {
            throw new AssertionError("nothing can be added to " + to);
        }
    }

    private static Object copy(@org.jspecify.annotations.Nullable Object tree) {
        return switch (tree) {
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((key, value) -> copy.put(String.valueOf(key), copy(value)));
                yield copy;
            }
            case List<?> list ->
                new ArrayList<>(list.stream().map(Patched::copy).toList());
            case null -> throw new AssertionError("null in a tree");
            default -> tree;
        };
    }
}
