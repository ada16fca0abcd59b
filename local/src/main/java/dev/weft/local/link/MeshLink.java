package dev.weft.local.link;

import dev.weft.local.state.MeshName;
import java.util.List;
import java.util.Optional;

/**
 * A link between two meshes.
 *
 * @param before whether they were linked already
 * @param sharedAnchor whether the bundles of both have an anchor in common
 */
public record MeshLink(End a, End b, boolean before, boolean sharedAnchor) {

    /**
     * One of the two meshes.
     *
     * @param controlPlane address and port of this mesh's control plane, as the other mesh reaches it
     * @param bundleEndpoint address and port from which the other mesh fetches this mesh's trust bundle
     * @param ranges address ranges of its workloads and Services
     * @param offers names, in the other mesh, of its Services and of its workloads whose name no Service has; empty
     *     until the control planes have connected
     * @param disabled why the other mesh has disabled this one: empty if it trusts it, an empty text if no reason was
     *     given
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
