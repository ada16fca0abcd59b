package dev.weft.identity.csr;

/**
 * Thrown for a certificate signing request that cannot be read, is not signed by its key, or contains a key that is not
 * accepted.
 */
public final class InvalidCsrException extends IllegalArgumentException {

    InvalidCsrException(String message) {
        super("certificate signing request: " + message);
    }

    InvalidCsrException(String message, Throwable cause) {
        super("certificate signing request: " + message, cause);
    }
}
