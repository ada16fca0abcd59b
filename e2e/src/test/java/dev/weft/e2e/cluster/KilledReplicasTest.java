package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each replica of the control plane is killed while the mesh works. */
final class KilledReplicasTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    @Test
    void noRequestFailsWhileEachReplicaIsKilledAndAnotherLeadsAfterTheLeader() throws Exception {
        try (Space space = Space.meshed()) {
            space.server("api");
            Load load = Load.on(space, "api");
            for (String pod : pods()) {
                String leader = Leader.pod();
                Cluster.kubectl("delete", "pod", pod, "-n", Leader.NAMESPACE, "--grace-period=0", "--force")
                        .ok();
                Cluster.awaitControlPlane();
                Eventually.within(
                        SOON, () -> assertThat(Leader.pod()).isNotEmpty().isNotEqualTo(pod));
                if (!pod.equals(leader)) {
                    assertThat(Leader.pod())
                            .as("a follower that ends changes no leader")
                            .isEqualTo(leader);
                }
                load.awaitMore();
                space.idle("late-" + pod.substring(pod.length() - 4));
            }
            load.assertNoneFailed();
        }
    }

    private static List<String> pods() throws Exception {
        return Cluster.kubectl(
                        "get",
                        "pods",
                        "-n",
                        Leader.NAMESPACE,
                        "-l",
                        "app.kubernetes.io/name=weft-control",
                        "-o",
                        "name")
                .ok()
                .out()
                .lines()
                .map(name -> name.substring(name.indexOf('/') + 1))
                .toList();
    }
}
