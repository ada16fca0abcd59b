package dev.weft.control.registry;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.TrustBundle;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What the mesh is told of a trust domain.
 *
 * @param anchors what its workloads are verified by; of the mesh's own trust domain they do not count
 * @param jwtAuthorities what its JWT-SVIDs are verified by; of the mesh's own trust domain they do not count
 * @param reason why it has this state
 * @param bundleEndpoint where its bundle is fetched; anchors and authorities are then where that begins
 */
public record TrustDomainObject(
        TrustDomain trustDomain,
        List<X509Certificate> anchors,
        List<JwtAuthority> jwtAuthorities,
        TrustBundle.State state,
        Optional<String> reason,
        Optional<BundleEndpoint> bundleEndpoint) {
    public TrustDomainObject {
        requireNonNull(trustDomain, "trustDomain");
        anchors = List.copyOf(anchors);
        jwtAuthorities = List.copyOf(jwtAuthorities);
        requireNonNull(state, "state");
        requireNonNull(reason, "reason");
        requireNonNull(bundleEndpoint, "bundleEndpoint");
    }
}
