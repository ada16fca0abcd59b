package dev.weft.kubernetes.webhook;

/** Thrown for a request that no API server would send. The message says what is wrong. */
final class InvalidReviewException extends Exception {

    InvalidReviewException(String message) {
        super(message);
    }
}
