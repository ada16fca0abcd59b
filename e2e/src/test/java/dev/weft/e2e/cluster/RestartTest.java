package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The control plane goes and comes while the mesh works. */
final class RestartTest {

    private static final int MORE = 30;
    private static final Duration SOON = Duration.ofSeconds(60);

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    @Test
    void noRequestFailsWhileTheControlPlaneRestartsAndNewPodsJoinAfterwards() throws Exception {
        try (Space space = Space.meshed()) {
            space.server("api");
            space.apply(Space.account("load"), Space.pod("load", "load", calling(space.host("api"))));
            space.awaitReady("load");
            awaitMore(space, 0);
            Cluster.kubectl("rollout", "restart", "deployment/weft-control", "-n", "weft-system")
                    .ok();
            Cluster.awaitControlPlane();
            awaitMore(space, count(space, "ok"));
            assertThat(count(space, "failed")).as("failed requests").isZero();
            space.idle("late");
            space.awaitCall("late", "api");
            space.awaitPeer("api", "late");
            assertThat(count(space, "failed")).as("failed requests").isZero();
        }
    }

    private static void awaitMore(Space space, long than) throws Exception {
        Eventually.within(SOON, () -> assertThat(count(space, "ok")).isGreaterThan(than + MORE));
    }

    private static long count(Space space, String line) throws Exception {
        return space.logs("load", "app").lines().filter(line::equals).count();
    }

    /** New connections all the time, each a line of the pod's log. */
    private static String calling(String host) {
        return "while :; do if wget -q -T 5 -O /dev/null http://" + host
                + "/; then echo ok; else echo failed; fi; sleep 0.1; done";
    }
}
