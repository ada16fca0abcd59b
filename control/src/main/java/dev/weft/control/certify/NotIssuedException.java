package dev.weft.control.certify;

import java.time.Duration;
import java.util.Optional;

/**
 * Thrown if no certificate is issued; never leaves the package. It has no stack trace, because callers can cause it.
 */
final class NotIssuedException extends Exception {

    private final transient Outcome.Refused outcome;

    /** Creates a refusal after which the caller may try again at once. */
    NotIssuedException(Refusal refusal, String reason) {
        this(new Outcome.Refused(refusal, reason, Optional.empty()));
    }

    /** Creates a refusal with the time after which another try makes sense. */
    NotIssuedException(Duration retryAfter, Refusal refusal, String reason) {
        this(new Outcome.Refused(refusal, reason, Optional.of(retryAfter)));
    }

    NotIssuedException(Outcome.Refused outcome) {
        super(outcome.reason(), null, false, false);
        this.outcome = outcome;
    }

    Outcome.Refused outcome() {
        return outcome;
    }
}
