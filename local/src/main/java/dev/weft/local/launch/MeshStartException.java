package dev.weft.local.launch;

import java.io.IOException;
import java.util.List;

/** Thrown if a mesh could not be started. Nothing of it is left, unless it was {@link #kept} for examination. */
public final class MeshStartException extends IOException {

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

    /** Returns the same failure, of a mesh whose parts were left running. */
    MeshStartException withMeshKept() {
        return new MeshStartException(String.valueOf(getMessage()), details, true);
    }

    /** Whether the parts of the mesh were left running. */
    public boolean kept() {
        return kept;
    }

    /** The details, one on each line: errors as {@code file:line: reason}, packages to install, the end of a log. */
    public List<String> details() {
        return details;
    }
}
