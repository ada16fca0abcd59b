package dev.weft.policy.match;

import dev.weft.policy.model.Action;
import dev.weft.policy.request.Ascii;

/** How the words of a rule are compared with those of a request. What is not certain counts against the caller. */
public enum Reading {
    /** As written: for rules that admit. */
    STRICT,
    /**
     * Without regard to the case of path, method and header values, nor to a slash at the path's end; a request without a host
     * matches every host, and a path of a gRPC method matches whatever the content type. For rules that refuse: an application that makes
     * no such difference is not opened by it.
     */
    WIDE;

    /** How rules of an action are read. Audit is read like Deny, which it goes before. */
    public static Reading of(Action action) {
        return switch (action) {
            case ALLOW -> STRICT;
            case DENY, AUDIT -> WIDE;
        };
    }

    /** A path in the form in which it is compared. */
    String path(String path) {
        return switch (this) {
            case STRICT -> path;
            case WIDE ->
                Ascii.lowerCase(path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        };
    }

    /** A segment or a method in the form in which it is compared. */
    String word(String word) {
        return switch (this) {
            case STRICT -> word;
            case WIDE -> Ascii.lowerCase(word);
        };
    }
}
