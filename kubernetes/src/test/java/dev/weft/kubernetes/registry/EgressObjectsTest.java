package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.model.HostPattern;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** EgressPolicies of the API server, sound and broken. */
final class EgressObjectsTest {

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE);

    private void there(WatchedKind kind, String name, String spec) {
        mesh.apply(new ApiEvent(kind, Customs.object(kind, name, spec), false));
    }

    private void gone(WatchedKind kind, String name) {
        mesh.apply(new ApiEvent(kind, Customs.object(kind, name, "{}"), true));
    }

    @Test
    void anEgressPolicyIsReadAsOneOfFilesIs() {
        there(WatchedKind.EGRESS_POLICY, "out", """
                {"workloads":{"matchLabels":{"app":"web"}},"action":"Allow","to":[{"host":"a.example","ports":[443]}]}""");
        assertThat(mesh.snapshot().egress().values()).singleElement().satisfies(policy -> {
            assertThat(policy.workloads().matchLabels()).isEqualTo(Map.of("app", "web"));
            assertThat(policy.policy().to())
                    .containsExactly(new EgressTarget.Host(new HostPattern("a.example"), Set.of(443)));
        });
        assertThat(mesh.errors()).isEmpty();
        there(WatchedKind.EGRESS_POLICY, "out", "{\"action\":\"Deny\"}");
        assertThat(mesh.snapshot().egress().values())
                .as("the last valid state")
                .singleElement()
                .satisfies(policy -> assertThat(policy.policy().to()).hasSize(1));
        assertThat(mesh.errors()).isNotEmpty();
        gone(WatchedKind.EGRESS_POLICY, "out");
        assertThat(mesh.snapshot().egress()).isEmpty();
        assertThat(mesh.errors()).isEmpty();
    }

    @Test
    void anEgressPolicyThatNeverWasValidAllowsNothing() {
        there(
                WatchedKind.EGRESS_POLICY,
                "out",
                "{\"workloads\":{\"matchLabels\":{\"app\":\"web\"}},\"action\":\"Allow\",\"to\":[{\"hosts\":\"a\"}]}");
        there(WatchedKind.EGRESS_POLICY, "all", "{\"workloads\":{\"matchLabel\":{}},\"action\":\"Allow\"}");
        EgressPolicy out = new EgressPolicy("shop", "out", List.of());
        EgressPolicy all = new EgressPolicy("shop", "all", List.of());
        assertThat(mesh.snapshot().egress().values())
                .containsExactlyInAnyOrder(
                        new SelectingEgress(out, new LabelSelector(Map.of("app", "web"), List.of())),
                        new SelectingEgress(all, LabelSelector.ALL));
    }
}
