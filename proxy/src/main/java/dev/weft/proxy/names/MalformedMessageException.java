package dev.weft.proxy.names;

/** A message that is not as RFC 1035 section 4 has it. */
final class MalformedMessageException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedMessageException(String message) {
        super(message, null, false, false); // made as often as somebody sends garbage
    }
}
