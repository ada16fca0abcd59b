package dev.weft.identity.verify;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.Rule;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** What the verification of a peer's chain came to. */
public sealed interface Verification {

    /**
     * The peer is who its certificate says.
     *
     * @param notAfter the earliest end of all certificates of the path, the anchor's included: the proof ends then
     */
    record Verified(SpiffeId id, X509Certificate leaf, Instant notAfter) implements Verification {}

    /**
     * The peer has not proven an identity.
     *
     * @param certificateIndex of the certificate at fault, 0 for the leaf; the length of the chain for the anchor
     * @param reason for people: what is wrong, with the value found and the one expected
     */
    record Rejected(int certificateIndex, Rule rule, String reason) implements Verification {

        /** What the peer is told of it in a handshake. */
        public TlsAlert alert() {
            return TlsAlert.of(this);
        }

        /** The reason with the certificate and the rule. */
        @Override
        public String toString() {
            return "certificate " + certificateIndex + ": " + reason + " [" + rule + ", " + rule.reference() + "]";
        }
    }
}
