package dev.weft.kubernetes.webhook;

/** Thrown for a request that no API server would send. The message says what is wrong. */
final class InvalidReviewException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidReviewException(String message) {
        super(message);
    }
}
