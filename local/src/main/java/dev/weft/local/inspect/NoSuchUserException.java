package dev.weft.local.inspect;

import java.io.IOException;
import java.io.Serial;

/**
 * Thrown if the machine, or the user namespace of the mesh, has no such user. The message says which users are
 * possible.
 */
public final class NoSuchUserException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    NoSuchUserException(String message) {
        super(message);
    }
}
