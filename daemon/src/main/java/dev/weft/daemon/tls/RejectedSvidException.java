package dev.weft.daemon.tls;

import dev.weft.identity.svid.Rule;
import dev.weft.identity.verify.Verification;
import java.security.cert.CertificateException;

/** The root cause of a handshake that failed on this side because the peer's chain is not a valid SVID. */
public final class RejectedSvidException extends CertificateException {

    private final Rule rule;

    RejectedSvidException(Verification.Rejected rejected) {
        super(rejected.toString());
        this.rule = rejected.rule();
    }

    /** Returns the rule that the chain breaks. */
    public Rule rule() {
        return rule;
    }
}
