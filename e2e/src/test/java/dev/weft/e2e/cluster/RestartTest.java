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

    @Test
    void noRequestFailsWhileTheCalledDeploymentIsReplaced() throws Exception {
        try (Space space = Space.meshed()) {
            space.apply(Space.account("api"), """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api}
                spec:
                  replicas: 2
                  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
                  selector: {matchLabels: {app: api}}
                  template:
                    metadata: {labels: {app: api}}
                    spec:
                      serviceAccountName: api
                      terminationGracePeriodSeconds: 20
                      containers:
                      - name: app
                        image: "%s"
                        imagePullPolicy: IfNotPresent
                        command: [sh, -c, "mkdir -p /tmp/www && echo api >/tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www"]
                        readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                        lifecycle: {preStop: {sleep: {seconds: 5}}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: api}
                spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: 8080}]}
                """.formatted(Cluster.TEST_IMAGE));
            rolledOut(space);
            Load load = Load.on(space, "api");
            space.kubectl("rollout", "restart", "deployment/api").ok();
            rolledOut(space);
            load.awaitMore();
            load.assertNoneFailed();
        }
    }

    private static void rolledOut(Space space) throws Exception {
        space.kubectl("rollout", "status", "deployment/api", "--timeout=180s").ok();
    }
}
