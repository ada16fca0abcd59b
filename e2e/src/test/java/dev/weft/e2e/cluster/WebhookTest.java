package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Ran;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the control plane injects pods: what happens while it is away. WEFT_ADMISSION=webhook has it installed so. */
final class WebhookTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
        assumeTrue(
                Cluster.kubectl("get", "mutatingwebhookconfiguration", "weft-injection")
                                .exit()
                        == 0,
                "a policy injects here, and no webhook");
    }

    @Test
    void onlyPodsOfTheMeshWaitForTheControlPlaneWhichComesBackByItself() throws Exception {
        try (Space space = Space.meshed();
                Space other = Space.plain()) {
            space.idle("before");
            String replicas = Cluster.kubectl(
                            "get", "deployment/weft-control", "-n", "weft-system", "-o", "jsonpath={.spec.replicas}")
                    .ok()
                    .out();
            try {
                scale("0");
                awaitNoControlPlane();
                other.idle("elsewhere");
                Ran refused = space.tryApply(
                        Space.account("meanwhile"), Space.pod("meanwhile", "meanwhile", "while :; do sleep 1; done"));
                assertThat(refused.exit()).isNotZero();
                assertThat(refused.err()).contains("failed calling webhook \"namespaces.weft.dev\"");
            } finally {
                scale(replicas);
            }
            Cluster.awaitControlPlane();
            // The way to a Service's new pods is there a moment after they are ready.
            Eventually.within(
                    SOON,
                    () -> space.tryApply(
                                    Space.account("after"), Space.pod("after", "after", "while :; do sleep 1; done"))
                            .ok());
            space.awaitReady("after");
            assertThat(space.kubectl("get", "pod", "after", "-o", "jsonpath={.spec.initContainers[*].name}")
                            .ok()
                            .out())
                    .isEqualTo("weft-init weft-proxy");
        }
    }

    private static void awaitNoControlPlane() throws Exception {
        Cluster.kubectl(
                        "wait",
                        "pod",
                        "-n",
                        "weft-system",
                        "-l",
                        "app.kubernetes.io/name=weft-control",
                        "--for=delete",
                        "--timeout=90s")
                .ok();
    }

    private static void scale(String replicas) throws Exception {
        Cluster.kubectl("scale", "deployment/weft-control", "-n", "weft-system", "--replicas=" + replicas)
                .ok();
    }
}
