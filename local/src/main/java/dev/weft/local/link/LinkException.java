package dev.weft.local.link;

import java.io.IOException;
import java.io.Serial;
import java.util.List;

/** Two meshes could not be linked, or unlinked. */
public final class LinkException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String code;
    private final List<String> advice;

    LinkException(String code, String message, String... advice) {
        super(message);
        this.code = code;
        this.advice = List.of(advice);
    }

    /** The stable code, with a line in {@code docs/errors.md}. */
    public String code() {
        return code;
    }

    /** What to do about it, a line each. */
    public List<String> advice() {
        return advice;
    }
}
