package dev.weft.policy.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.decide.CompiledPolicies;
import dev.weft.policy.decide.Peer;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.NotUnderstood;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.model.Source;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ExplanationTest {

    private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");

    @Test
    void namesEachPolicyAndWhatItAsksFor() {
        Source web = Source.of(new Condition.Identity(WEB));
        Source namespace = Source.of(new Condition.InNamespace("ops"));
        CompiledPolicies policies = CompiledPolicies.compile(
                TrustDomain.parse("cluster.local"),
                new PolicySet(
                        List.of(
                                new AuthorizationPolicy("shop", "web", Set.of(80), Action.ALLOW, List.of(web)),
                                new AuthorizationPolicy("shop", "ops", Set.of(9090), Action.ALLOW, List.of(namespace))),
                        List.of(new NotUnderstood("shop/future", Set.of(443), "action: unknown")),
                        DefaultDecision.AUTHENTICATED));

        Explanation explanation = Explanation.of(policies, new Peer(WEB, InetAddress.ofLiteral("10.0.0.1")), 80);

        assertThat(explanation.decision().allowed()).isTrue();
        assertThat(explanation.defaultDecision()).isEqualTo(DefaultDecision.AUTHENTICATED);
        assertThat(explanation.steps())
                .containsExactly(
                        new Step("shop/future", null, false, false, List.of("action: unknown")),
                        new Step("shop/web", Action.ALLOW, true, true, List.of("identity " + WEB)),
                        new Step("shop/ops", Action.ALLOW, false, false, List.of("namespace ops")));
    }
}
