package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods whose life is not that of a server. */
final class PodsTest {

    private static final String CALL = "wget -q -T 5 -O - http://%s/";

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    @Test
    void jobsCallAndComplete() throws Exception {
        try (Space space = Space.meshed()) {
            space.server("api");
            space.apply(
                    Space.account("job"),
                    """
                    apiVersion: batch/v1
                    kind: Job
                    metadata: {name: once}
                    spec:
                      backoffLimit: 0
                      template:
                        metadata: {labels: {app: once}}
                        spec:
                          restartPolicy: Never
                    """ + Space.spec("job", CALL.formatted(space.host("api"))).indent(6));
            space.await("job/once", "condition=complete");
            assertThat(space.kubectl("logs", "job/once", "-c", "app").ok().out())
                    .isEqualTo("api\n");
            space.awaitPeer("api", "job");
        }
    }

    @Test
    void initContainersCallThroughTheMesh() throws Exception {
        try (Space space = Space.meshed()) {
            space.server("api");
            space.apply(
                    Space.account("early"),
                    Space.pod("early", "early", "while :; do sleep 1; done")
                            + """
                      initContainers:
                      - {name: first, image: "%s", imagePullPolicy: IfNotPresent, command: [sh, -c, "%s"]}
                    """.formatted(Cluster.TEST_IMAGE, CALL.formatted(space.host("api"))));
            space.awaitReady("early");
            assertThat(space.logs("early", "first")).isEqualTo("api\n");
            space.awaitPeer("api", "early");
        }
    }
}
