package dev.weft.control.peering;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import java.util.Set;

/**
 * What another trust domain, whose workloads call ours and are called, holds of ours.
 *
 * @param heldAnchors keys of our anchors that its control plane tells its proxies of, as it said last
 * @param behind which of its proxies had not acknowledged them then; empty if all had
 * @param silence why its control plane says nothing now; empty while it does
 */
public record LinkedDomain(TrustDomain trustDomain, Set<SpkiFingerprint> heldAnchors, String behind, String silence) {
    public LinkedDomain {
        heldAnchors = Set.copyOf(heldAnchors);
    }
}
