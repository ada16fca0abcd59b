package dev.weft.kubernetes.webhook;

/** A request that no API server sends; the message says what is wrong with it. */
final class InvalidReviewException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidReviewException(String message) {
        super(message);
    }
}
