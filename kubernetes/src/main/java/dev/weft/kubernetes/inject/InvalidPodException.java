package dev.weft.kubernetes.inject;

/** A pod asks for something of the mesh that means nothing; the message says what, and what was expected. */
public final class InvalidPodException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidPodException(String message) {
        super(message);
    }
}
