package dev.weft.local.launch;

import java.io.IOException;
import java.io.Serial;
import java.util.List;

/** A mesh could not be brought up; nothing of it is left, unless it was to be {@link #kept}. */
public final class MeshStartException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final List<String> details;
    private final boolean kept;

    public MeshStartException(String message, List<String> details) {
        this(message, details, false);
    }

    private MeshStartException(String message, List<String> details, boolean kept) {
        super(message);
        this.details = List.copyOf(details);
        this.kept = kept;
    }

    MeshStartException whereTheMeshIsKept() {
        return new MeshStartException(String.valueOf(getMessage()), details, true);
    }

    /** Whether what there is of the mesh was left as it is. */
    public boolean kept() {
        return kept;
    }

    /** What is behind it, a line each: errors as {@code file:line: reason}, packages to install, the end of a log. */
    public List<String> details() {
        return details;
    }
}
