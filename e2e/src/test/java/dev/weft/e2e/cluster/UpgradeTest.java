package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.mesh.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An installation comes to another image while the mesh works, and back. */
final class UpgradeTest {

    private static final Duration KNOWN = Duration.ofSeconds(30);

    @BeforeEach
    void installed() throws Exception {
        Cluster.assumed();
        assumeTrue(
                !Cluster.OTHER_IMAGE.isEmpty(),
                "no image to come to: WEFT_OTHER_IMAGE names one that the nodes have; the same one by another tag is"
                        + " enough");
        Cluster.installed();
    }

    @AfterEach
    void back() throws Exception {
        if (!Cluster.OTHER_IMAGE.isEmpty() && Boolean.getBoolean("weft.cluster")) {
            upgrade(Cluster.IMAGE);
        }
    }

    private static void upgrade(String image) throws Exception {
        Cluster.apply(Cluster.upgrade(image));
        Cluster.awaitControlPlane();
        assertThat(Cluster.kubectl(
                                "get",
                                "pods",
                                "-n",
                                "weft-system",
                                "-l",
                                "app.kubernetes.io/name=weft-control",
                                "-o",
                                "jsonpath={.items[*].spec.containers[*].image}")
                        .ok()
                        .out())
                .contains(image);
    }

    @Test
    void noRequestFailsAndNewPodsGetTheNewSidecarAndTheIssuerStays() throws Exception {
        try (Space space = Space.meshed()) {
            space.server("api");
            Load load = Load.on(space, "api");
            String issuers = issuers();
            upgrade(Cluster.OTHER_IMAGE);
            load.awaitMore();
            assertThat(issuers()).isEqualTo(issuers);
            // Replicas of the API server hear of a policy at different moments.
            Eventually.within(KNOWN, () -> assertThat(injecting()).contains(Cluster.OTHER_IMAGE));
            space.idle("late");
            assertThat(space.kubectl(
                                    "get",
                                    "pod",
                                    "late",
                                    "-o",
                                    "jsonpath={.spec.initContainers[?(@.name==\"weft-proxy\")].image}")
                            .ok()
                            .out())
                    .isEqualTo(Cluster.OTHER_IMAGE);
            space.awaitCall("late", "api");
            space.awaitPeer("api", "late");
            load.assertNoneFailed();
        }
    }

    /** What holds the image of new sidecars: the policy, or the control plane that serves the webhook. */
    private static String injecting() throws Exception {
        String admission = Cluster.kubectl(
                        "get", "configmap", "weft-install", "-n", "weft-system", "-o", "jsonpath={.data.admission}")
                .ok()
                .out();
        return admission.equals("webhook")
                ? Cluster.kubectl("get", "deployment", "weft-control", "-n", "weft-system", "-o", "yaml")
                        .ok()
                        .out()
                : Cluster.kubectl("get", "mutatingadmissionpolicies", "weft-injection", "-o", "yaml")
                        .ok()
                        .out();
    }

    /** What the Secrets of the issuer hold; a change of labels alone is none. */
    private static String issuers() throws Exception {
        return Cluster.kubectl(
                        "get",
                        "secrets",
                        "weft-issuer",
                        "weft-state-issuer",
                        "-n",
                        "weft-system",
                        "-o",
                        "jsonpath={range .items[*]}{.metadata.uid}{.data}{end}")
                .ok()
                .out();
    }
}
