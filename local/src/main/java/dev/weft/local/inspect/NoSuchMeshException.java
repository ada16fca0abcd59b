package dev.weft.local.inspect;

import java.io.IOException;
import java.io.Serial;

/** Thrown if the mesh, the workload or the sidecar does not exist. The message lists what exists. */
public final class NoSuchMeshException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    public NoSuchMeshException(String message) {
        super(message);
    }
}
