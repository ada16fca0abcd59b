package dev.weft.identity.trust;

import dev.weft.identity.spiffe.SpiffeId;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is no longer trusted within a trust domain although an anchor stands behind it.
 *
 * @param certificates serial numbers, of leaves and of issuers
 * @param issuers keys of signing certificates, anchors among them
 * @param identities each with the moment before which its certificates are refused; their notBefore counts
 * @param tainted keys of signing certificates that prove nothing new, while what was proven by them before still stands
 */
public record Revocations(
        Set<SerialNumber> certificates,
        Set<SpkiFingerprint> issuers,
        Map<SpiffeId, Instant> identities,
        Set<SpkiFingerprint> tainted) {

    /** Nothing is revoked. */
    public static final Revocations NONE = new Revocations(Set.of(), Set.of(), Map.of(), Set.of());

    public Revocations {
        // Not Set.copyOf, which probes linearly: looked up among serial numbers that follow each other, it walks
        // through
        // thousands.
        certificates = Collections.unmodifiableSet(new HashSet<>(certificates));
        issuers = Collections.unmodifiableSet(new HashSet<>(issuers));
        identities = Collections.unmodifiableMap(new HashMap<>(identities));
        tainted = Collections.unmodifiableSet(new HashSet<>(tainted));
    }
}
