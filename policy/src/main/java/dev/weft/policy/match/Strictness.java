package dev.weft.policy.match;

import dev.weft.policy.model.Action;
import dev.weft.policy.request.Ascii;

/** How strictly the words of a rule are compared with those of a request. Uncertainty counts against the caller. */
public enum Strictness {
    /** Compares the words as written: for rules that admit. */
    STRICT,
    /**
     * Ignores the case of path, method and header values, a slash at the end of the path, and the punctuation in header
     * names. A request without a host matches every host, and a path of a gRPC method matches whatever the content
     * type. For rules that refuse: they must also hold for applications that ignore such differences.
     */
    WIDE;

    /** Returns how rules of an action are read. Audit is read like Deny: it is a trial of a Deny policy. */
    public static Strictness of(Action action) {
        return switch (action) {
            case ALLOW -> STRICT;
            case DENY, AUDIT -> WIDE;
        };
    }

    /** Returns a path in the form in which it is compared. */
    String normalizedPath(String path) {
        return switch (this) {
            case STRICT -> path;
            case WIDE ->
                Ascii.lowerCase(path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        };
    }

    /** Returns a segment or a method in the form in which it is compared. */
    String normalizedWord(String word) {
        return switch (this) {
            case STRICT -> word;
            case WIDE -> Ascii.lowerCase(word);
        };
    }
}
