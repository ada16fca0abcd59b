package dev.weft.local.inspect;

import java.io.IOException;
import java.io.Serial;

/** The machine, or the user namespace of the mesh, has no such user; the message says whom it has. */
public final class NoSuchUserException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    NoSuchUserException(String message) {
        super(message);
    }
}
