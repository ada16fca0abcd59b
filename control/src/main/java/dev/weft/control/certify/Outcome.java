package dev.weft.control.certify;

import dev.weft.identity.spiffe.SpiffeId;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What became of a request for a certificate. */
public sealed interface Outcome {

    /**
     * A certificate.
     *
     * @param chain leaf first, without the anchor
     */
    record Issued(SpiffeId identity, List<X509Certificate> chain) implements Outcome {
        public Issued {
            chain = List.copyOf(chain);
        }
    }

    /**
     * No certificate.
     *
     * @param reason fit to be told to the caller
     * @param retryAfter when to try again, where trying sooner would be in vain
     */
    record Refused(Refusal refusal, String reason, Optional<Duration> retryAfter) implements Outcome {}

    /** A refusal that another try may follow at once. */
    static Outcome refuse(Refusal refusal, String reason) {
        return new Refused(refusal, reason, Optional.empty());
    }

    /** A refusal with the time after which trying again is of use. */
    static Outcome refuseFor(Duration retryAfter, Refusal refusal, String reason) {
        return new Refused(refusal, reason, Optional.of(retryAfter));
    }
}
