package dev.weft.kubernetes.inject;

import java.util.Locale;

/** What a pod takes from callers that have no sidecar, where neither it nor its namespace says so. */
public enum Inbound {
    /** Nothing. */
    STRICT,

    /** What policy lets in. */
    PERMISSIVE;

    /** As an annotation has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
