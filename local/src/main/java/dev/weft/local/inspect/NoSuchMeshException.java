package dev.weft.local.inspect;

import java.io.IOException;

/** Thrown if the mesh, the workload or the sidecar does not exist. The message lists what exists. */
public final class NoSuchMeshException extends IOException {

    public NoSuchMeshException(String message) {
        super(message);
    }
}
