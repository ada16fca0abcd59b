package dev.weft.identity.spiffe;

/** Thrown for a text that breaks the SPIFFE ID standard. The message quotes the text and says which rule it breaks. */
public final class InvalidSpiffeIdException extends IllegalArgumentException {

    InvalidSpiffeIdException(String text, String problem) {
        super(PeerText.quote(text) + ": " + problem);
    }
}
