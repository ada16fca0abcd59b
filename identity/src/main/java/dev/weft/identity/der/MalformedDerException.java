package dev.weft.identity.der;

/** Thrown for bytes that are not valid DER. It has no stack trace, because peers can cause it. */
public final class MalformedDerException extends Exception {

    MalformedDerException(String message) {
        super(message, null, false, false);
    }
}
