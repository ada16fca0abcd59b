package dev.weft.control.trust;

import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.TrustBundle;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The authorities of another trust domain, from its own bundle.
 *
 * @param anchors an empty list means: trust nothing of it (TB-03)
 * @param jwtAuthorities the keys that sign its JWT-SVIDs
 */
public record FederatedBundle(List<X509Certificate> anchors, List<JwtAuthority> jwtAuthorities) {

    /** @throws IllegalArgumentException if there are more authorities than a bundle may have */
    public FederatedBundle {
        anchors = List.copyOf(anchors);
        jwtAuthorities = List.copyOf(jwtAuthorities);
        if (anchors.size() > TrustBundle.MAX_ANCHORS) {
            throw new IllegalArgumentException("anchors of a federated bundle: " + anchors.size() + " (expected: <= "
                    + TrustBundle.MAX_ANCHORS + ")");
        }
        if (jwtAuthorities.size() > TrustBundle.MAX_JWT_AUTHORITIES) {
            throw new IllegalArgumentException("JWT authorities of a federated bundle: " + jwtAuthorities.size()
                    + " (expected: <= " + TrustBundle.MAX_JWT_AUTHORITIES + ")");
        }
    }
}
