package dev.weft.control.certify;

import dev.weft.daemon.listen.Network;
import java.time.Clock;

/** Slows down callers that show invalid tokens, for each {@link Network}. Safe for use by several threads. */
final class BadTokenLimiter {

    private final RateLimiter limiter;

    BadTokenLimiter(Clock clock) {
        this.limiter = new RateLimiter(
                CertificateService.BAD_TOKENS_PER_SECOND,
                CertificateService.BAD_TOKENS_BURST,
                SvidProofs.MAX_RATED_CALLERS,
                clock);
    }

    /**
     * Counts a bad token, and returns its refusal: the given one, or that the network has shown too many bad tokens.
     */
    NotIssuedException refusal(String peer, Refusal refusal, String reason) {
        return limiter.tryAcquire(Network.of(peer))
                ? new NotIssuedException(refusal, reason)
                : new NotIssuedException(
                        SvidProofs.RETRY,
                        Refusal.TOO_MANY,
                        peer + " shows more than " + CertificateService.BAD_TOKENS_PER_SECOND
                                + " bad tokens a second; try again later");
    }
}
