package dev.weft.mesh.model;

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
 * @param discovery how its workloads are found; empty when they are not called from here
 */
public record TrustDomainObject(
        TrustDomain trustDomain,
        List<X509Certificate> anchors,
        List<JwtAuthority> jwtAuthorities,
        TrustBundle.State state,
        Optional<String> reason,
        Optional<BundleEndpoint> bundleEndpoint,
        Optional<Discovery> discovery) {
    public TrustDomainObject {
        requireNonNull(trustDomain, "trustDomain");
        anchors = List.copyOf(anchors);
        jwtAuthorities = List.copyOf(jwtAuthorities);
        requireNonNull(state, "state");
        requireNonNull(reason, "reason");
        requireNonNull(bundleEndpoint, "bundleEndpoint");
        requireNonNull(discovery, "discovery");
    }

    /** Nothing but that a trust domain is disabled, and why. */
    public static TrustDomainObject disabled(TrustDomain trustDomain, Optional<String> reason) {
        return new TrustDomainObject(
                trustDomain,
                List.of(),
                List.of(),
                TrustBundle.State.DISABLED,
                reason,
                Optional.empty(),
                Optional.empty());
    }

    /** This in another state. */
    public TrustDomainObject in(TrustBundle.State other, Optional<String> why) {
        return new TrustDomainObject(trustDomain, anchors, jwtAuthorities, other, why, bundleEndpoint, discovery);
    }
}
