package dev.weft.kubernetes.inject;

import java.util.Locale;

/** What a pod takes from callers that have no sidecar, where neither it nor its namespace says so. */
public enum Inbound {
    /** Nothing. */
    STRICT,

    /** What policy lets in. */
    PERMISSIVE;

    /**
     * That which a word means.
     *
     * @throws IllegalArgumentException if it is neither strict nor permissive
     */
    public static Inbound of(String word) {
        return switch (word) {
            case "strict" -> STRICT;
            case "permissive" -> PERMISSIVE;
            default -> throw new IllegalArgumentException("inbound: " + word + " (expected: strict or permissive)");
        };
    }

    /** As an annotation has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
