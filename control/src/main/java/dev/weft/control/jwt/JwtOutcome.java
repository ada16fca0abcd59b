package dev.weft.control.jwt;

import dev.weft.identity.jwt.JwtSvid;
import java.time.Duration;
import java.util.Optional;

/** The outcome of a request for a token. */
public sealed interface JwtOutcome {

    record Issued(JwtSvid svid) implements JwtOutcome {}

    /**
     * No token was issued.
     *
     * @param reason text that may be sent to the caller
     * @param retryAfter when to try again, where that is known
     */
    record Refused(JwtRefusal refusal, String reason, Optional<Duration> retryAfter) implements JwtOutcome {}
}
