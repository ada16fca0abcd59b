package dev.weft.identity.trust;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.TrustDomain;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What is trusted for one trust domain. Bundles of different trust domains are never merged (X5-13, FE-03).
 *
 * @param anchors X.509 trust anchors; an empty list means that nothing of this domain is trusted (TB-03)
 * @param sequence number that rises with each change of the content
 * @param jwtAuthorities keys for JWT-SVIDs; an empty list means that no JWT-SVID of this domain is trusted
 */
public record TrustBundle(
        TrustDomain trustDomain,
        List<X509Certificate> anchors,
        State state,
        long sequence,
        Revocations revocations,
        List<JwtAuthority> jwtAuthorities) {

    /** Most anchors in one bundle. */
    public static final int MAX_ANCHORS = 32;

    /** Most JWT authorities in one bundle. */
    public static final int MAX_JWT_AUTHORITIES = 32;

    /** Whether a trust domain takes part in the mesh. */
    public enum State {
        /** Its workloads are trusted when their certificates verify. */
        ACTIVE,
        /** Nothing of the trust domain is trusted, even if its certificates verify. */
        DISABLED
    }

    /** @throws IllegalArgumentException if there are too many anchors or JWT authorities, or the sequence is negative */
    public TrustBundle {
        requireNonNull(trustDomain, "trustDomain");
        requireNonNull(state, "state");
        requireNonNull(revocations, "revocations");
        anchors = List.copyOf(anchors);
        if (anchors.size() > MAX_ANCHORS) {
            throw new IllegalArgumentException("anchors of " + trustDomain + ": " + anchors.size() + " (expected: <= "
                    + MAX_ANCHORS + "); remove those that have been rotated out");
        }
        jwtAuthorities = List.copyOf(jwtAuthorities);
        if (jwtAuthorities.size() > MAX_JWT_AUTHORITIES) {
            throw new IllegalArgumentException("JWT authorities of " + trustDomain + ": " + jwtAuthorities.size()
                    + " (expected: <= " + MAX_JWT_AUTHORITIES + ")");
        }
        if (sequence < 0) {
            throw new IllegalArgumentException(
                    "sequence of the bundle of " + trustDomain + ": " + sequence + " (expected: >= 0)");
        }
    }

    /** Returns an active bundle with sequence 1, without revocations and JWT authorities. */
    public static TrustBundle of(TrustDomain trustDomain, List<X509Certificate> anchors) {
        return new TrustBundle(trustDomain, anchors, State.ACTIVE, 1, Revocations.NONE, List.of());
    }

    /** Returns a copy with other anchors. */
    public TrustBundle withAnchors(List<X509Certificate> others) {
        return new TrustBundle(trustDomain, others, state, sequence, revocations, jwtAuthorities);
    }

    /** Returns a copy with another sequence. */
    public TrustBundle withSequence(long other) {
        return new TrustBundle(trustDomain, anchors, state, other, revocations, jwtAuthorities);
    }
}
