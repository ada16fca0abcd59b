package dev.weft.mesh.registry;

import java.io.IOException;

/** Thrown if there is no room for another object. */
public final class FullException extends IOException {

    /** @param message what is full, and what to do */
    public FullException(String message) {
        super(message);
    }
}
