package dev.weft.control.analyze;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.util.Set;

/**
 * What is known beside the objects.
 *
 * @param own the trust domain of the mesh
 * @param others trust domains that it trusts beside those of its objects, as linked ones
 * @param identities of machines that have joined, or have a token, without being one of its workloads
 */
public record Known(TrustDomain own, Set<TrustDomain> others, Set<SpiffeId> identities) {

    public Known {
        others = Set.copyOf(others);
        identities = Set.copyOf(identities);
    }

    /** Nothing but the trust domain. */
    public static Known only(TrustDomain own) {
        return new Known(own, Set.of(), Set.of());
    }
}
