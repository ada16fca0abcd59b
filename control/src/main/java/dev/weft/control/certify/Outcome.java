package dev.weft.control.certify;

import dev.weft.identity.spiffe.SpiffeId;
import java.security.cert.X509Certificate;
import java.util.List;

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
     */
    record Refused(Refusal refusal, String reason) implements Outcome {}
}
