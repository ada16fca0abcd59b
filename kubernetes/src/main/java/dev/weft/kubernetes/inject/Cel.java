package dev.weft.kubernetes.inject;

import java.util.List;
import java.util.stream.Collectors;

/** Pieces of expressions in the Common Expression Language, as the API server evaluates it. */
final class Cel {

    private Cel() {}

    /** A text as a literal. */
    static String text(String value) {
        StringBuilder literal = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> literal.append('\\').append(c);
                case '\n' -> literal.append("\\n");
                default -> literal.append(c);
            }
        }
        return literal.append('"').toString();
    }

    /** Texts as the literal of a list. */
    static String texts(List<String> values) {
        return values.stream().map(Cel::text).collect(Collectors.joining(", ", "[", "]"));
    }

    /** The pod's annotation of that key, or what another expression gives. */
    static String annotation(String key, String otherwise) {
        return "object.metadata" + optional("annotations", key, otherwise);
    }

    /** The pod's label of that key, or what another expression gives. */
    static String label(String key, String otherwise) {
        return "object.metadata" + optional("labels", key, otherwise);
    }

    /** What follows an object with a map that may be missing. */
    static String optional(String map, String key, String otherwise) {
        return ".?" + map + "[?" + text(key) + "].orValue(" + otherwise + ")";
    }
}
