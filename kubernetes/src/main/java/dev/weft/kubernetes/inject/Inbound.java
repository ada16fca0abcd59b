package dev.weft.kubernetes.inject;

import java.util.Locale;

/** Which callers without a sidecar a pod accepts, if neither the pod nor its namespace sets it. */
public enum Inbound {
    /** The pod accepts no caller without a sidecar. */
    STRICT,

    /** The pod accepts callers without a sidecar if its policies allow them. */
    PERMISSIVE;

    /**
     * Returns the constant for a word.
     *
     * @throws IllegalArgumentException if the word is neither strict nor permissive
     */
    public static Inbound of(String word) {
        return switch (word) {
            case "strict" -> STRICT;
            case "permissive" -> PERMISSIVE;
            default -> throw new IllegalArgumentException("inbound: " + word + " (expected: strict or permissive)");
        };
    }

    /** Returns the word in annotations. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
