package dev.weft.identity.verify;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.Rule;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** The result of verifying a peer's chain. */
public sealed interface Verification {

    /**
     * The peer has proven its identity.
     *
     * @param notAfter the earliest end of all certificates of the path, including the anchor's; the proof ends then
     */
    record Verified(SpiffeId id, X509Certificate leaf, Instant notAfter) implements Verification {}

    /**
     * The peer has not proven an identity.
     *
     * @param certificateIndex index of the certificate at fault, 0 for the leaf; the length of the chain for the anchor
     * @param reason for people: what is wrong, with the value found and the value expected
     */
    record Rejected(int certificateIndex, Rule rule, String reason) implements Verification {

        /** Returns the TLS alert for the peer. */
        public TlsAlert alert() {
            return TlsAlert.of(this);
        }

        /** Returns the reason with the certificate and the rule. */
        @Override
        public String toString() {
            return "certificate " + certificateIndex + ": " + reason + " [" + rule + ", " + rule.reference() + "]";
        }
    }
}
