package dev.weft.identity.spiffe;

/** Says which rule of the SPIFFE ID standard a text breaks, quoting the text. */
public final class InvalidSpiffeIdException extends IllegalArgumentException {

    InvalidSpiffeIdException(String text, String problem) {
        super(PeerText.quote(text) + ": " + problem);
    }
}
