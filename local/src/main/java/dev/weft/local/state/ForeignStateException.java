package dev.weft.local.state;

import java.io.IOException;

/** Thrown if another user could have written the state of this user's meshes (WEFT-L116). */
public final class ForeignStateException extends IOException {

    ForeignStateException(String message) {
        super(message);
    }
}
