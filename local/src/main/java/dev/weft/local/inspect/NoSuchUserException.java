package dev.weft.local.inspect;

import java.io.IOException;

/**
 * Thrown if the machine, or the user namespace of the mesh, has no such user. The message says which users are
 * possible.
 */
public final class NoSuchUserException extends IOException {

    NoSuchUserException(String message) {
        super(message);
    }
}
