package dev.weft.identity.keys;

/** Thrown for a key, certificate or PEM text that cannot be read. The message never holds key material. */
public final class InvalidEncodingException extends IllegalArgumentException {

    InvalidEncodingException(String message) {
        super(message);
    }

    InvalidEncodingException(String message, Throwable cause) {
        super(message, cause);
    }
}
