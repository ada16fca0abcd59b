package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods whose life is not that of a server. */
final class PodsTest {

    private static final Duration SOON = Duration.ofSeconds(30);
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

    /** A sidecar does not keep a pod alive whose own container has ended, however it ended. */
    @Test
    void jobsThatFailAreTriedAgainOrEnd() throws Exception {
        try (Space space = Space.meshed()) {
            space.server("api");
            space.apply(
                    Space.account("job"),
                    job(
                            "again",
                            "OnFailure",
                            "if [ -f /kept/failed ]; then " + CALL.formatted(space.host("api"))
                                    + "; else touch /kept/failed; exit 3; fi"),
                    job("fails", "Never", "exit 7"));
            space.await("job/again", "condition=complete");
            space.await("job/fails", "condition=failed");
            assertThat(space.kubectl("logs", "job/again", "-c", "app").ok().out())
                    .isEqualTo("api\n");
        }
    }

    private static String job(String name, String restartPolicy, String script) {
        return """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: %s}
            spec:
              backoffLimit: %d
              template:
                spec:
                  serviceAccountName: job
                  restartPolicy: %s
                  volumes: [{name: kept, emptyDir: {}}]
                  containers:
                  - {name: app, image: "%s", imagePullPolicy: IfNotPresent, command: [sh, -c, "%s"], volumeMounts: [{name: kept, mountPath: /kept}]}
            """.formatted(name, restartPolicy.equals("Never") ? 0 : 3, restartPolicy, Cluster.TEST_IMAGE, script);
    }

    @Test
    void podsWithoutAnyPrivilegeCall() throws Exception {
        try (Space space = Space.meshed()) {
            space.server("api");
            space.apply(Space.account("bare"), """
                apiVersion: v1
                kind: Pod
                metadata: {name: bare}
                spec:
                  serviceAccountName: bare
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 1
                  securityContext: {runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
                  containers:
                  - name: app
                    image: "%s"
                    imagePullPolicy: IfNotPresent
                    command: [sh, -c, "while :; do sleep 1; done"]
                    securityContext: {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                """.formatted(Cluster.TEST_IMAGE));
            space.awaitReady("bare");
            assertThat(space.call("bare", "api").ok().out()).isEqualTo("api\n");
            space.awaitPeer("api", "bare");
        }
    }

    @Test
    void containersThatKubectlDebugAddsCallThroughTheMesh() throws Exception {
        try (Space space = Space.meshed()) {
            space.server("api");
            space.idle("web");
            space.kubectl(
                            "debug",
                            "web",
                            "--image=" + Cluster.TEST_IMAGE,
                            "--image-pull-policy=IfNotPresent",
                            "--container=extra",
                            "--profile=general",
                            "--",
                            "sh",
                            "-c",
                            CALL.formatted(space.host("api")))
                    .ok();
            space.awaitPeer("api", "web");
            Eventually.within(SOON, () -> assertThat(space.logs("web", "extra")).isEqualTo("api\n"));
        }
    }
}
