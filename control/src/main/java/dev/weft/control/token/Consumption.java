package dev.weft.control.token;

import dev.weft.identity.spiffe.SpiffeId;

/** What became of a join token that was shown. */
public sealed interface Consumption {

    /** The token was good and is now used up. */
    record Accepted(SpiffeId identity) implements Consumption {}

    /** The token proves nothing. The reason never holds the token. */
    record Refused(String reason) implements Consumption {}
}
