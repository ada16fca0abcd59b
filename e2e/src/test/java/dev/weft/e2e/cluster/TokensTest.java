package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Only a token for the audience weft, of a pod in the mesh, is worth a certificate. */
final class TokensTest {

    private static final Duration KNOWN = Duration.ofSeconds(60);
    private static final String READY = "\"message\":\"Ready\"";

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    /** The same pod and the same program with two tokens, so that nothing but the audience tells them apart. */
    @Test
    void refusesATokenForAnotherAudience() throws Exception {
        try (Space space = Space.meshed()) {
            space.idle("web");
            sidecar(space, "other", token(space, "https://kubernetes.default.svc"));
            Eventually.within(
                    KNOWN, () -> assertThat(space.logs("other", "sidecar")).contains("WEFT-C107"));
            assertThat(space.logs("other", "sidecar")).doesNotContain(READY);
            sidecar(space, "right", token(space, "weft"));
            Eventually.within(
                    KNOWN, () -> assertThat(space.logs("right", "sidecar")).contains(READY));
            assertThat(space.logs("other", "sidecar")).doesNotContain(READY);
        }
    }

    private static String token(Space space, String audience) throws Exception {
        return space.kubectl(
                        "create",
                        "token",
                        "web",
                        "--audience=" + audience,
                        "--bound-object-kind=Pod",
                        "--bound-object-name=web")
                .ok()
                .out()
                .strip();
    }

    /** A sidecar by hand, without capture, that says it is the one of the pod web. */
    private static void sidecar(Space space, String name, String token) throws Exception {
        space.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: %1$s}
                data: {token: %2$s}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, labels: {weft.dev/inject: disabled}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: sidecar
                    image: %3$s
                    imagePullPolicy: IfNotPresent
                    command: [/usr/bin/weft-proxy]
                    env:
                    - {name: WEFT_WORKLOAD, value: %4$s/web}
                    - {name: WEFT_SERVICE_ACCOUNT, value: web}
                    - {name: WEFT_CONTROL_PLANE, value: "weft-control.weft-system.svc.cluster.local:15012"}
                    - {name: WEFT_ANCHORS_FILE, value: /var/run/weft/trust/anchors.pem}
                    - {name: WEFT_WORKLOAD_TOKEN_FILE, value: /var/run/weft/token/token}
                    - {name: WEFT_MARK, value: "0"}
                    volumeMounts:
                    - {name: trust, mountPath: /var/run/weft/trust}
                    - {name: token, mountPath: /var/run/weft/token}
                    - {name: run, mountPath: /var/run/weft/run}
                  volumes:
                  - {name: trust, configMap: {name: weft-trust}}
                  - {name: token, secret: {secretName: %1$s}}
                  - {name: run, emptyDir: {}}
                """.formatted(
                        name,
                        Base64.getEncoder().encodeToString(token.getBytes(StandardCharsets.UTF_8)),
                        Cluster.IMAGE,
                        space.name()));
        space.await("pod/" + name, "jsonpath={.status.phase}=Running");
    }
}
