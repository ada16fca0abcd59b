package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each replica of the control plane is killed while the mesh works. */
final class KilledReplicasTest {

    private static final int MORE = 20;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String NAMESPACE = "weft-system";

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    @Test
    void noRequestFailsWhileEachReplicaIsKilledAndAnotherLeadsAfterTheLeader() throws Exception {
        try (Space space = Space.meshed()) {
            space.server("api");
            space.apply(Space.account("load"), Space.pod("load", "load", calling(space.host("api"))));
            space.awaitReady("load");
            awaitMore(space, 0);
            for (String pod : pods()) {
                String leader = leader();
                Cluster.kubectl("delete", "pod", pod, "-n", NAMESPACE, "--grace-period=0", "--force")
                        .ok();
                Cluster.awaitControlPlane();
                Eventually.within(SOON, () -> assertThat(leader()).isNotEmpty().isNotEqualTo(pod));
                if (!pod.equals(leader)) {
                    assertThat(leader())
                            .as("a follower that ends changes no leader")
                            .isEqualTo(leader);
                }
                awaitMore(space, count(space, "ok"));
                space.idle("late-" + pod.substring(pod.length() - 4));
            }
            assertThat(count(space, "failed")).as("failed requests").isZero();
        }
    }

    private static List<String> pods() throws Exception {
        return Cluster.kubectl(
                        "get", "pods", "-n", NAMESPACE, "-l", "app.kubernetes.io/name=weft-control", "-o", "name")
                .ok()
                .out()
                .lines()
                .map(name -> name.substring(name.indexOf('/') + 1))
                .toList();
    }

    /** The pod that holds the Lease. */
    private static String leader() throws Exception {
        String holder = Cluster.kubectl(
                        "get", "lease", "weft-control", "-n", NAMESPACE, "-o", "jsonpath={.spec.holderIdentity}")
                .ok()
                .out()
                .strip();
        return holder.contains("_") ? holder.substring(0, holder.lastIndexOf('_')) : holder;
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
