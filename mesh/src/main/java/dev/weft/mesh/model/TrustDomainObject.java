package dev.weft.mesh.model;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.TrustBundle;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * A trust domain as configured in the mesh: another one, or the mesh's own.
 *
 * @param anchors trust anchors that verify its workloads; ignored for the mesh's own trust domain
 * @param jwtAuthorities keys that verify its JWT-SVIDs; ignored for the mesh's own trust domain
 * @param reason why it has this state
 * @param bundleEndpoint where its bundle is fetched; anchors and authorities are then only the initial ones
 * @param discovery how its workloads are found; empty if they are not called from this mesh
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

    /** Returns an object that only disables a trust domain. */
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

    /**
     * Returns an object that disables the trust domain and trusts nothing of it. How its workloads are found stays, so
     * that no address in its ranges is taken for one outside of the mesh.
     *
     * @param why the reason, unless the object already disables the trust domain
     */
    public TrustDomainObject closed(String why) {
        return new TrustDomainObject(
                trustDomain,
                List.of(),
                List.of(),
                TrustBundle.State.DISABLED,
                state == TrustBundle.State.DISABLED ? reason : Optional.of(why),
                Optional.empty(),
                discovery);
    }

    /** Returns a copy with another state. */
    public TrustDomainObject in(TrustBundle.State other, Optional<String> why) {
        return new TrustDomainObject(trustDomain, anchors, jwtAuthorities, other, why, bundleEndpoint, discovery);
    }
}
