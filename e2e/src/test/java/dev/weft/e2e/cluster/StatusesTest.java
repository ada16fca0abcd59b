package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.mesh.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What objects say of where the mesh stands. */
final class StatusesTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    @Test
    void aPolicySaysOnHowManySidecarsItIsInForce() throws Exception {
        try (Space space = Space.meshed()) {
            space.idle("api");
            space.idle("other");
            space.apply(policy("api"));
            space.await("authorizationpolicy/about", "condition=InForce");
            assertThat(policyField(space, "{.status.sidecars.summary}")).isEqualTo("1/1");
            assertThat(policyField(space, "{.status.conditions[?(@.type==\"InForce\")].message}"))
                    .isEqualTo("in force on 1 of 1 sidecar");
            space.apply(policy("nothing-has-this-label"));
            Eventually.within(SOON, () -> {
                assertThat(policyField(space, "{.status.conditions[?(@.type==\"InForce\")].status}"))
                        .isEqualTo("Unknown");
                assertThat(policyField(space, "{.status.conditions[?(@.type==\"InForce\")].observedGeneration}"))
                        .isEqualTo(policyField(space, "{.metadata.generation}"));
            });
        }
    }

    @Test
    void theAnchorsAreAClusterTrustBundleThatFollowsARotation() throws Exception {
        assumeTrue(
                Cluster.kubectl("api-resources", "--api-group=certificates.k8s.io", "-o", "name")
                        .ok()
                        .out()
                        .contains("clustertrustbundles"),
                "the API server has no ClusterTrustBundle");
        Eventually.within(SOON, () -> assertThat(bundle()).isEqualTo(configMap()));
        String before = bundle();
        assertThat(before).startsWith("-----BEGIN CERTIFICATE-----");
        try (Rotating rotation = Rotating.begin()) {
            rotation.awaitEnd();
            assertThat(rotation.object("{.spec.authority}")).isEqualTo("Anchor");
        }
        Eventually.within(SOON, () -> assertThat(bundle()).isNotEqualTo(before).isEqualTo(configMap()));
    }

    private static String bundle() throws Exception {
        return Cluster.kubectl(
                        "get",
                        "clustertrustbundle",
                        "weft.dev:mesh:anchors",
                        "--ignore-not-found",
                        "-o",
                        "jsonpath={.spec.trustBundle}")
                .ok()
                .out()
                .strip();
    }

    private static String configMap() throws Exception {
        return Cluster.kubectl(
                        "get", "configmap", "weft-trust", "-n", "default", "-o", "jsonpath={.data.anchors\\.pem}")
                .ok()
                .out()
                .strip();
    }

    private static String policyField(Space space, String path) throws Exception {
        return space.kubectl("get", "authorizationpolicy", "about", "-o", "jsonpath=" + path)
                .ok()
                .out()
                .strip();
    }

    private static String policy(String app) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: about}
                spec:
                  workloads: {matchLabels: {app: %s}}
                  action: Allow
                  from: [{authenticated: true}]
                """.formatted(app);
    }
}
