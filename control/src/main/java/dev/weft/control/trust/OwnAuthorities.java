package dev.weft.control.trust;

import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.SpkiFingerprint;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * The authorities of this control plane's own trust domain, as its bundle lists them.
 *
 * @param anchors the anchors that its workloads trust
 * @param tainted keys of its anchors and issuers that prove nothing new
 * @param revoked keys of its anchors and issuers that are no longer trusted
 * @param jwtAuthorities the keys that sign its JWT-SVIDs
 */
public record OwnAuthorities(
        List<X509Certificate> anchors,
        Set<SpkiFingerprint> tainted,
        Set<SpkiFingerprint> revoked,
        List<JwtAuthority> jwtAuthorities) {

    /** No authorities: nothing is trusted. */
    public static final OwnAuthorities NONE = new OwnAuthorities(List.of(), Set.of(), Set.of(), List.of());

    public OwnAuthorities {
        anchors = List.copyOf(anchors);
        tainted = Set.copyOf(tainted);
        revoked = Set.copyOf(revoked);
        jwtAuthorities = List.copyOf(jwtAuthorities);
    }

    /** Returns these authorities with other anchors. */
    public OwnAuthorities withAnchors(List<X509Certificate> others) {
        return new OwnAuthorities(others, tainted, revoked, jwtAuthorities);
    }

    /** Returns these authorities with other tainted and revoked keys. */
    public OwnAuthorities without(Set<SpkiFingerprint> taintedKeys, Set<SpkiFingerprint> revokedKeys) {
        return new OwnAuthorities(anchors, taintedKeys, revokedKeys, jwtAuthorities);
    }

    /** Returns these authorities with other JWT authorities. */
    public OwnAuthorities withJwtAuthorities(List<JwtAuthority> others) {
        return new OwnAuthorities(anchors, tainted, revoked, others);
    }
}
