package dev.weft.control.jwt;

import dev.weft.identity.jwt.JwtSvid;

/** What became of a request for a token. */
public sealed interface JwtOutcome {

    /** A token. */
    record Issued(JwtSvid svid) implements JwtOutcome {}

    /**
     * No token.
     *
     * @param reason fit to be told to the caller
     */
    record Refused(JwtRefusal refusal, String reason) implements JwtOutcome {}
}
