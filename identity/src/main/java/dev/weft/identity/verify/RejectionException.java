package dev.weft.identity.verify;

import dev.weft.identity.svid.Rule;
import dev.weft.identity.svid.SvidViolationException;

/** Thrown to report a rejection to the verifier. It has no stack trace, because peers can cause it. */
final class RejectionException extends Exception {

    private final int certificateIndex;
    private final Rule rule;

    RejectionException(int certificateIndex, Rule rule, String reason) {
        super(reason, null, false, false);
        this.certificateIndex = certificateIndex;
        this.rule = rule;
    }

    RejectionException(int certificateIndex, SvidViolationException violation) {
        this(certificateIndex, violation.rule(), String.valueOf(violation.getMessage()));
    }

    Verification.Rejected toRejected() {
        return new Verification.Rejected(certificateIndex, rule, String.valueOf(getMessage()));
    }
}
