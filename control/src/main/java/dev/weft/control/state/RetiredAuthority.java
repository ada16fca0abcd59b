package dev.weft.control.state;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * An anchor or issuer that no longer signs, but whose certificates may still be in use.
 *
 * @param chain its own certificate first, then those up to the anchor
 * @param until no certificate below it is valid after this time, and it is forgotten
 */
public record RetiredAuthority(Kind kind, Standing standing, List<X509Certificate> chain, Instant until) {

    /** What the authority was. */
    public enum Kind {
        /** A trust anchor. */
        ANCHOR,
        /** An issuer. */
        ISSUER
    }

    /** What the authority's signatures are worth. */
    public enum Standing {
        /** Its signatures count as before. */
        TRUSTED,
        /** What it has proven stays valid, but it proves nothing new. */
        TAINTED,
        /** Its signatures count for nothing. */
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

    /** Returns the authority's own certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** Returns the fingerprint of the authority's key. */
    public SpkiFingerprint key() {
        return SpkiFingerprint.of(certificate().getPublicKey());
    }
}
