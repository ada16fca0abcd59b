package dev.weft.control;

import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshState;
import dev.weft.control.watch.MeshStates;
import java.util.List;
import java.util.Map;

/** The mesh of a control plane, of which a test sees what the proxies are told. */
record CapturedMesh(ControlPlane plane) {

    /** What proxies were told last. */
    MeshState told() {
        return MeshStates.of(plane.knowledge.mesh());
    }

    TrustSource trust() {
        return plane.authority.trust();
    }

    List<Map<String, Object>> errors() {
        return plane.knowledge.source().errors();
    }
}
