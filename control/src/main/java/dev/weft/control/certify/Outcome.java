package dev.weft.control.certify;

import dev.weft.identity.spiffe.SpiffeId;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The outcome of a request for a certificate. */
public sealed interface Outcome {

    /**
     * A certificate was issued.
     *
     * @param chain leaf first, without the anchor
     */
    record Issued(SpiffeId identity, List<X509Certificate> chain) implements Outcome {
        public Issued {
            chain = List.copyOf(chain);
        }
    }

    /**
     * No certificate was issued.
     *
     * @param reason text that may be sent to the caller
     * @param retryAfter when to try again, where an earlier try would be useless
     */
    record Refused(Refusal refusal, String reason, Optional<Duration> retryAfter) implements Outcome {}
}
