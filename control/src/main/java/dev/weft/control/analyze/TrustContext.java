package dev.weft.control.analyze;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.Set;

/**
 * What is known besides the objects of the mesh.
 *
 * @param own the trust domain of the mesh
 * @param others trust domains that the mesh trusts without a TrustDomain object, for example linked ones
 * @param identities identities of machines that have joined, or have a token, without being a workload of the mesh
 */
public record TrustContext(TrustDomain own, Set<TrustDomain> others, Set<SpiffeId> identities) {

    public TrustContext {
        others = Set.copyOf(others);
        identities = Set.copyOf(identities);
    }

    /** Returns knowledge of the own trust domain alone. */
    public static TrustContext only(TrustDomain own) {
        return new TrustContext(own, Set.of(), Set.of());
    }
}
