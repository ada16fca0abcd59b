package dev.weft.control.peering;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SpkiFingerprint;
import java.util.Set;

/**
 * What another trust domain holds of our trust bundle; workloads of the two domains call each other.
 *
 * @param heldAnchors keys of our anchors that its control plane has sent to its proxies, by its last report
 * @param behind which of its proxies had not acknowledged them then; empty if all had
 * @param silence why its control plane reports nothing now; empty while it does
 */
public record LinkedDomain(TrustDomain trustDomain, Set<SpkiFingerprint> heldAnchors, String behind, String silence) {
    public LinkedDomain {
        heldAnchors = Set.copyOf(heldAnchors);
    }
}
