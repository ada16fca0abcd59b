package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * An anchor or issuer that signs no more, and that certificates in use may still be of.
 *
 * @param chain its own certificate first, then those up to the anchor
 * @param until nothing below it is valid after that, and it is forgotten
 */
public record RetiredAuthority(Kind kind, Standing standing, List<X509Certificate> chain, Instant until) {

    /** What it was. */
    public enum Kind {
        /** A trust anchor. */
        ANCHOR,
        /** An issuer. */
        ISSUER
    }

    /** What its signature is worth. */
    public enum Standing {
        /** As much as before. */
        TRUSTED,
        /** What was proven by it stands, and it proves nothing new. */
        TAINTED,
        /** Nothing. */
        REVOKED
    }

    /** @throws IllegalArgumentException if there is no certificate */
    public RetiredAuthority {
        requireNonNull(kind, "kind");
        requireNonNull(standing, "standing");
        requireNonNull(until, "until");
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("retired " + kind + ": no certificate (expected: its own first)");
        }
    }

    /** Its own certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** Its key. */
    public SpkiFingerprint key() {
        return SpkiFingerprint.of(certificate().getPublicKey());
    }
}
