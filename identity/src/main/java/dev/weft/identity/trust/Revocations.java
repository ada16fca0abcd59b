package dev.weft.identity.trust;

import dev.weft.identity.spiffe.SpiffeId;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The revocations within a trust domain: certificates, keys and identities that are not trusted although they lead to
 * an anchor.
 *
 * @param certificates serial numbers of revoked certificates, of leaves and of issuers
 * @param issuers revoked keys of signing certificates, including anchors
 * @param identities for each revoked identity the time before which its certificates are refused, by their notBefore
 * @param tainted keys of signing certificates that are no longer accepted in new proofs; connections that were proven
 *     with them before remain
 */
public record Revocations(
        Set<SerialNumber> certificates,
        Set<SpkiFingerprint> issuers,
        Map<SpiffeId, Instant> identities,
        Set<SpkiFingerprint> tainted) {

    /** No revocations. */
    public static final Revocations NONE = new Revocations(Set.of(), Set.of(), Map.of(), Set.of());

    public Revocations {
        // Not Set.copyOf: it probes linearly, and a lookup among consecutive serial numbers would visit thousands of
        // entries.
        certificates = Collections.unmodifiableSet(new HashSet<>(certificates));
        issuers = Collections.unmodifiableSet(new HashSet<>(issuers));
        identities = Collections.unmodifiableMap(new HashMap<>(identities));
        tainted = Collections.unmodifiableSet(new HashSet<>(tainted));
    }
}
