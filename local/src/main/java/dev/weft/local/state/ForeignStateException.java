package dev.weft.local.state;

import java.io.IOException;
import java.io.Serial;

/** Thrown if another user could have written the state of this user's meshes (WEFT-L116). */
public final class ForeignStateException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    ForeignStateException(String message) {
        super(message);
    }
}
