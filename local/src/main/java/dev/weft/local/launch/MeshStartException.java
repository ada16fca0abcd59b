package dev.weft.local.launch;

import java.io.IOException;
import java.io.Serial;
import java.util.List;

/** A mesh could not be brought up; nothing of it is left. */
public final class MeshStartException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final List<String> details;

    public MeshStartException(String message, List<String> details) {
        super(message);
        this.details = List.copyOf(details);
    }

    /** What is behind it, a line each: errors as {@code file:line: reason}, packages to install, the end of a log. */
    public List<String> details() {
        return details;
    }
}
