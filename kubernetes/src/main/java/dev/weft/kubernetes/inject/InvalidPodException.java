package dev.weft.kubernetes.inject;

/** Thrown if a pod has an invalid setting for the mesh. The message says which, and what was expected. */
public final class InvalidPodException extends Exception {

    InvalidPodException(String message) {
        super(message);
    }
}
