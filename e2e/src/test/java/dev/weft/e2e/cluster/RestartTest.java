package dev.weft.e2e.cluster;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The control plane goes and comes while the mesh works. */
final class RestartTest {

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    @Test
    void noRequestFailsWhileTheControlPlaneRestartsAndNewPodsJoinAfterwards() throws Exception {
        try (Space space = Space.meshed()) {
            space.server("api");
            Load load = Load.on(space, "api");
            Cluster.kubectl("rollout", "restart", "deployment/weft-control", "-n", "weft-system")
                    .ok();
            Cluster.awaitControlPlane();
            load.awaitMore();
            load.assertNoneFailed();
            space.idle("late");
            space.awaitCall("late", "api");
            space.awaitPeer("api", "late");
            load.assertNoneFailed();
        }
    }
}
