package dev.weft.local.link;

import dev.weft.local.state.MeshName;
import java.util.List;
import java.util.Optional;

/**
 * Two meshes that are linked.
 *
 * @param before whether they were already
 * @param sharedAnchor whether an anchor is in the bundles of both
 */
public record MeshLink(End a, End b, boolean before, boolean sharedAnchor) {

    /**
     * One of the two meshes.
     *
     * @param controlPlane address and port where the other's control plane finds this one's
     * @param bundleEndpoint address and port where the other fetches this one's trust bundle
     * @param ranges the addresses of its workloads and Services
     * @param offers names in the other mesh of its Services, and of the workloads that no Service hides; none while the
     *     control planes have not met
     * @param disabled why the other mesh trusts nothing of this one; empty when it does trust it, an empty text when no reason
     *     was given
     */
    public record End(
            MeshName mesh,
            String trustDomain,
            String controlPlane,
            String bundleEndpoint,
            List<String> ranges,
            List<String> offers,
            Optional<String> disabled) {
        public End {
            ranges = List.copyOf(ranges);
            offers = List.copyOf(offers);
        }
    }
}
