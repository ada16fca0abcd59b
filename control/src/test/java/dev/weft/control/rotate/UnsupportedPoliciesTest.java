package dev.weft.control.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.watch.Capabilities;
import dev.weft.control.watch.ConnectedProxy;
import dev.weft.files.yaml.RegistryFiles;
import dev.weft.mesh.registry.Snapshot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which policies ask too much of a proxy. */
final class UnsupportedPoliciesTest {

    private static final Snapshot OBJECTS =
            RegistryFiles.parse(Path.of("mesh.yaml"), """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api-1, namespace: shop, labels: {app: api}}
            spec: {command: [api]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: get-only, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              action: Allow
              from: [{authenticated: true}]
              to: [{http: {methods: [GET]}}]
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: about-others, namespace: shop}
            spec:
              workloads: {matchLabels: {app: web}}
              action: Allow
              from: [{authenticated: true}]
              to: [{http: {methods: [GET]}}]
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: about-connections, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              action: Deny
              from: [{namespace: play}]
            ---
            apiVersion: weft.dev/v1alpha1
            kind: RateLimit
            metadata: {name: few, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              limits: [{requestsPerSecond: 5}]
            ---
            apiVersion: weft.dev/v1alpha1
            kind: RateLimit
            metadata: {name: few-at-once, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              limits: [{requestsAtOnce: 5}]
            ---
            apiVersion: weft.dev/v1alpha1
            kind: RateLimit
            metadata: {name: of-others, namespace: shop}
            spec:
              workloads: {matchLabels: {app: web}}
              limits: [{requestsPerSecond: 5}]
            ---
            apiVersion: weft.dev/v1alpha1
            kind: EgressPolicy
            metadata: {name: out, namespace: shop}
            spec: {workloads: {matchLabels: {app: api}}, action: Allow, to: [{host: a.example}]}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: closed, annotations: {weft.dev/egress: deny}}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: batch-1, namespace: closed}
            spec: {command: [batch]}
            """).objects();

    @Test
    void onlyPoliciesAboutRequestsThatSelectItAskTooMuchOfAProxyThatCannotJudgeThem() {
        String egress = Capabilities.EGRESS_RULES;
        assertThat(UnsupportedPolicies.policies(proxy("shop/api-1", Set.of("other", egress)), OBJECTS))
                .containsExactly("shop/get-only");
        assertThat(UnsupportedPolicies.policies(proxy("shop/api-1", Set.of(egress)), OBJECTS))
                .containsExactly("shop/get-only");
        assertThat(UnsupportedPolicies.policies(
                        proxy("shop/api-1", Set.of(Capabilities.REQUEST_RULES, egress)), OBJECTS))
                .isEmpty();
        assertThat(UnsupportedPolicies.policies(proxy("shop/gone", Set.of()), OBJECTS))
                .isEmpty();
    }

    @Test
    void aProxyThatDoesNotKeepRateLimitsIsNotToldOfThoseThatSelectIt() {
        assertThat(UnsupportedPolicies.rateLimits(proxy("shop/api-1", Set.of(Capabilities.REQUEST_RULES)), OBJECTS))
                .containsExactly("shop/few", "shop/few-at-once");
        assertThat(UnsupportedPolicies.rateLimits(proxy("shop/api-1", Set.of(Capabilities.RATE_LIMITS)), OBJECTS))
                .containsExactly("shop/few-at-once");
        assertThat(UnsupportedPolicies.rateLimits(
                        proxy("shop/api-1", Set.of(Capabilities.RATE_LIMITS, Capabilities.REQUESTS_AT_ONCE)), OBJECTS))
                .isEmpty();
        assertThat(UnsupportedPolicies.rateLimits(proxy("shop/gone", Set.of()), OBJECTS))
                .isEmpty();
    }

    @Test
    void whatIsCalledOutsideAsksTooMuchOfAProxyThatCannotGovernIt() {
        assertThat(UnsupportedPolicies.policies(proxy("shop/api-1", Set.of(Capabilities.REQUEST_RULES)), OBJECTS))
                .containsExactly("EgressPolicy shop/out");
        assertThat(UnsupportedPolicies.policies(proxy("shop/api-1", Set.of()), OBJECTS))
                .containsExactly("shop/get-only", "EgressPolicy shop/out");
    }

    @Test
    void aNamespaceThatDeniesAsksTooMuchOfAProxyThatCannotGovernCallsOutside() {
        assertThat(UnsupportedPolicies.policies(proxy("closed/batch-1", Set.of(Capabilities.REQUEST_RULES)), OBJECTS))
                .containsExactly("Namespace closed (weft.dev/egress)");
        assertThat(UnsupportedPolicies.policies(proxy("closed/batch-1", Set.of(Capabilities.EGRESS_RULES)), OBJECTS))
                .isEmpty();
    }

    private static ConnectedProxy proxy(String workload, Set<String> capabilities) {
        return new ConnectedProxy(
                workload,
                "spiffe://cluster.local/ns/shop/sa/default",
                "10.0.0.1:4711",
                "1.0",
                Instant.EPOCH,
                0,
                0,
                0,
                Map.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                capabilities,
                List.of(),
                Optional.empty());
    }
}
