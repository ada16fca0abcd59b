package dev.weft.identity.der;

/** Bytes that are not the DER they should be. Without a stack trace, as peers cause it. */
public final class MalformedDerException extends Exception {

    MalformedDerException(String message) {
        super(message, null, false, false);
    }
}
