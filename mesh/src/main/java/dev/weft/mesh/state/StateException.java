package dev.weft.mesh.state;

/** Thrown if the stored state cannot be used as it is. The message says what to do. */
public final class StateException extends RuntimeException {

    /** @param message what is wrong, where, and what to do */
    public StateException(String message) {
        super(message);
    }

    /** @param message what is wrong, where, and what to do */
    public StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
