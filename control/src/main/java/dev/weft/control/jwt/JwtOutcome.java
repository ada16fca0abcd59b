package dev.weft.control.jwt;

import dev.weft.identity.jwt.JwtSvid;
import java.time.Duration;
import java.util.Optional;

/** What became of a request for a token. */
public sealed interface JwtOutcome {

    /** A token. */
    record Issued(JwtSvid svid) implements JwtOutcome {}

    /**
     * No token.
     *
     * @param reason fit to be told to the caller
     * @param retryAfter when to come again, where that is known
     */
    record Refused(JwtRefusal refusal, String reason, Optional<Duration> retryAfter) implements JwtOutcome {}
}
