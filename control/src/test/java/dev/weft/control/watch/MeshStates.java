package dev.weft.control.watch;

import dev.weft.api.v1.Resource;
import java.util.Set;

/** Looks into a {@link MeshState} for tests of other packages. */
public final class MeshStates {

    private MeshStates() {}

    /** The resource as the proxy of this workload is told it. */
    public static Resource resource(MeshState state, String workload, String name) {
        return state.resource(workload, name).orElseThrow();
    }

    /** Whether a proxy may serve this workload. */
    public static boolean serves(MeshState state, String workload) {
        return state.workload(workload).isPresent();
    }

    /** Names of the bundles that every proxy is told. */
    public static Set<String> bundles(MeshState state) {
        return state.bundleNames();
    }
}
