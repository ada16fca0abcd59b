package dev.weft.identity.issue;

/** Thrown if a certificate cannot or must not be issued. */
public final class IssuingException extends RuntimeException {

    IssuingException(String message) {
        super(message);
    }

    IssuingException(String message, Throwable cause) {
        super(message, cause);
    }
}
