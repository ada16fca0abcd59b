package dev.weft.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** AuthorizationPolicies of the cluster are in force in its sidecars. */
final class PoliciesTest {

    private static final String POLICY = """
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: callers}
            spec:
              workloads: {matchLabels: {app: api}}
              action: %s
              from:
              - serviceAccount: %s
            """;

    @BeforeEach
    void installed() throws Exception {
        Cluster.installed();
    }

    @Test
    void allowLetsInWhomItNamesAndNobodyElseUntilItIsDeleted() throws Exception {
        try (Space space = callers()) {
            space.apply(POLICY.formatted("Allow", "web"));
            space.awaitNoCall("batch", "api");
            assertThat(space.call("web", "api").ok().out()).isEqualTo("api\n");
            space.kubectl("delete", "authorizationpolicy", "callers").ok();
            space.awaitCall("batch", "api");
        }
    }

    @Test
    void denyKeepsOutWhomItNamesAndNobodyElse() throws Exception {
        try (Space space = callers()) {
            space.apply(POLICY.formatted("Deny", "web"));
            space.awaitNoCall("web", "api");
            assertThat(space.call("batch", "api").ok().out()).isEqualTo("api\n");
        }
    }

    @Test
    void strictNamespacesTakeNoPlaintext() throws Exception {
        try (Space space = Space.meshed("weft.dev/inbound: strict");
                Space outside = Space.plain()) {
            space.server("api");
            space.idle("web");
            outside.idle("outsider");
            assertThat(space.call("web", "api").ok().out()).isEqualTo("api\n");
            outside.callHost("outsider", space.host("api")).failed();
        }
    }

    private static Space callers() throws Exception {
        Space space = Space.meshed();
        space.server("api");
        space.idle("web");
        space.idle("batch");
        space.awaitCall("web", "api");
        space.awaitCall("batch", "api");
        return space;
    }
}
