package dev.weft.control.token;

/** The result of showing a join token. */
public sealed interface TokenCheck {

    /** The token is valid, or was until it was used up just now. */
    record Accepted(JoinToken token) implements TokenCheck {}

    /** The token proves nothing. The reason never contains the token. */
    record Refused(String reason) implements TokenCheck {}
}
