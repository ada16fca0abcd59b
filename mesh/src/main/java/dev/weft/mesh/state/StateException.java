package dev.weft.mesh.state;

/** The state directory cannot be used as it is; the message says what to do. */
public final class StateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what, where, and what to do */
    public StateException(String message) {
        super(message);
    }

    /** @param message what, where, and what to do */
    public StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
