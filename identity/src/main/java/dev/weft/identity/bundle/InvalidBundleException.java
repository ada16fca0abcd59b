package dev.weft.identity.bundle;

/**
 * Thrown for a trust bundle document that cannot be used as a whole. The message says where the error is and what was
 * expected.
 */
public final class InvalidBundleException extends IllegalArgumentException {

    InvalidBundleException(String message) {
        super(message);
    }

    InvalidBundleException(String message, Throwable cause) {
        super(message, cause);
    }
}
