package dev.weft.control.trust;

import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * The authorities of this control plane's own trust domain: what its bundle says of its own signing keys.
 *
 * @param anchors what its workloads trust
 * @param tainted keys of its anchors and issuers that prove nothing new
 * @param revoked keys of its anchors and issuers that are no longer trusted
 * @param jwtAuthorities what its JWT-SVIDs are signed with
 */
public record OwnAuthorities(
        List<X509Certificate> anchors,
        Set<SpkiFingerprint> tainted,
        Set<SpkiFingerprint> revoked,
        List<JwtAuthority> jwtAuthorities) {

    /** None: nothing is trusted. */
    public static final OwnAuthorities NONE = new OwnAuthorities(List.of(), Set.of(), Set.of(), List.of());

    public OwnAuthorities {
        anchors = List.copyOf(anchors);
        tainted = Set.copyOf(tainted);
        revoked = Set.copyOf(revoked);
        jwtAuthorities = List.copyOf(jwtAuthorities);
    }

    /** These with other anchors. */
    public OwnAuthorities withAnchors(List<X509Certificate> others) {
        return new OwnAuthorities(others, tainted, revoked, jwtAuthorities);
    }

    /** These with other keys tainted and revoked. */
    public OwnAuthorities without(Set<SpkiFingerprint> taintedKeys, Set<SpkiFingerprint> revokedKeys) {
        return new OwnAuthorities(anchors, taintedKeys, revokedKeys, jwtAuthorities);
    }

    /** These with other JWT authorities. */
    public OwnAuthorities withJwtAuthorities(List<JwtAuthority> others) {
        return new OwnAuthorities(anchors, tainted, revoked, others);
    }
}
