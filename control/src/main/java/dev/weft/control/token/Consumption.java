package dev.weft.control.token;

/** What became of a join token that was shown. */
public sealed interface Consumption {

    /** The token is good: still, or until it was used up just now. */
    record Accepted(JoinToken token) implements Consumption {}

    /** The token proves nothing. The reason never holds the token. */
    record Refused(String reason) implements Consumption {}
}
