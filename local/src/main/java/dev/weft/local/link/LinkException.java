package dev.weft.local.link;

import java.io.IOException;
import java.util.List;

/** Thrown if two meshes cannot be linked or unlinked. */
public final class LinkException extends IOException {

    private final String code;
    private final List<String> advice;

    LinkException(String code, String message, String... advice) {
        super(message);
        this.code = code;
        this.advice = List.of(advice);
    }

    /** The stable error code, which {@code docs/errors.md} explains. */
    public String code() {
        return code;
    }

    /** Advice on what to do, one line each. */
    public List<String> advice() {
        return advice;
    }
}
