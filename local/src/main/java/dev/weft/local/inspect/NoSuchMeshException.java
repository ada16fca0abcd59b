package dev.weft.local.inspect;

import java.io.IOException;
import java.io.Serial;

/** The mesh, the workload or the sidecar asked for is not there; the message says what is. */
public final class NoSuchMeshException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    public NoSuchMeshException(String message) {
        super(message);
    }
}
