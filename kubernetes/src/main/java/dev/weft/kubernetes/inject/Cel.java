package dev.weft.kubernetes.inject;

import java.util.List;
import java.util.stream.Collectors;

/** Parts of expressions in the Common Expression Language, as the API server evaluates them. */
final class Cel {

    private Cel() {}

    /** Returns a text as a literal. */
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

    /** Returns texts as a list literal. */
    static String texts(List<String> values) {
        return values.stream().map(Cel::text).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Returns the pod's annotation with this key, or the value of another expression. */
    static String annotation(String key, String otherwise) {
        return "object.metadata" + optional("annotations", key, otherwise);
    }

    /** Returns the pod's annotation with this key, otherwise its namespace's, or the value of another expression. */
    static String ownOrNamespaces(String key, String otherwise) {
        return annotation(key, "namespaceObject.metadata" + optional("annotations", key, otherwise));
    }

    /** Returns the pod's label with this key, or the value of another expression. */
    static String label(String key, String otherwise) {
        return "object.metadata" + optional("labels", key, otherwise);
    }

    /** Returns the access to a member of an optional map; the object's expression comes before it. */
    static String optional(String map, String key, String otherwise) {
        return ".?" + map + "[?" + text(key) + "].orValue(" + otherwise + ")";
    }
}
