package dev.weft.policy.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.ServiceAccount;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.NotUnderstood;
import dev.weft.policy.model.PolicySet;
import dev.weft.policy.model.Source;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CompiledPoliciesTest {

    private static final TrustDomain OWN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");
    private static final SpiffeId BATCH = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/batch");
    private static final SpiffeId FOREIGN_WEB = SpiffeId.parse("spiffe://other.example/ns/shop/sa/web");

    @Test
    void aMatchingDenyRefusesWhateverAllows() {
        CompiledPolicies policies = compile(
                DefaultDecision.ANYONE,
                policy("all", Action.ALLOW, Set.of(), new Condition.Anyone()),
                policy("no-batch", Action.DENY, Set.of(), new Condition.Identity(BATCH)));

        Decision decision = policies.decide(peer(BATCH), 80);

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.code()).isEqualTo(Code.DENIED);
        assertThat(decision.policy()).isEqualTo("shop/no-batch");
        assertThat(decision.reason()).contains(BATCH.toString()).contains("80").contains("shop/no-batch");
        assertThat(policies.decide(peer(WEB), 80).allowed()).isTrue();
    }

    @Test
    void onceAnAllowSelectsThePortOneMustMatch() {
        CompiledPolicies policies = compile(
                DefaultDecision.ANYONE,
                policy("web-may-call", Action.ALLOW, Set.of(8080), new Condition.Identity(WEB)));

        assertThat(policies.decide(peer(WEB), 8080).code()).isEqualTo(Code.ALLOWED);
        Decision refused = policies.decide(peer(BATCH), 8080);
        assertThat(refused.code()).isEqualTo(Code.NOT_ALLOWED);
        assertThat(refused.reason()).contains("shop/web-may-call").contains(BATCH.toString());
        assertThat(policies.decide(peer(BATCH), 9090).code()).as("another port").isEqualTo(Code.DEFAULT_ALLOWED);
    }

    @Test
    void theDefaultHoldsWhereNoAllowSelects() {
        assertThat(compile(DefaultDecision.AUTHENTICATED).decide(peer(WEB), 80).allowed())
                .isTrue();
        assertThat(compile(DefaultDecision.AUTHENTICATED).decide(peer(null), 80).code())
                .isEqualTo(Code.UNAUTHENTICATED);
        assertThat(compile(DefaultDecision.DENY).decide(peer(WEB), 80).code()).isEqualTo(Code.DEFAULT_DENY);
        assertThat(compile(DefaultDecision.ANYONE).decide(peer(null), 80).allowed())
                .isTrue();
    }

    @Test
    void anAuditPolicyIsRecordedAndChangesNothing() {
        CompiledPolicies policies = compile(
                DefaultDecision.AUTHENTICATED, policy("watch", Action.AUDIT, Set.of(), new Condition.Identity(BATCH)));

        assertThat(policies.decide(peer(BATCH), 80).audited()).containsExactly("shop/watch");
        assertThat(policies.decide(peer(BATCH), 80).allowed()).isTrue();
        assertThat(policies.decide(peer(WEB), 80).audited()).isEmpty();
    }

    @Test
    void aPolicyThatIsNotUnderstoodDeniesOnItsPortsBeforeAllOthers() {
        CompiledPolicies policies = CompiledPolicies.compile(
                OWN,
                new PolicySet(
                        List.of(policy("all", Action.ALLOW, Set.of(), new Condition.Anyone())),
                        List.of(new NotUnderstood("shop/future", Set.of(443), "action: unknown")),
                        DefaultDecision.ANYONE));

        assertThat(policies.decide(peer(WEB), 443).code()).isEqualTo(Code.NOT_UNDERSTOOD);
        assertThat(policies.decide(peer(WEB), 443).reason())
                .contains("shop/future")
                .contains("action: unknown");
        assertThat(policies.decide(peer(WEB), 80).allowed()).isTrue();
    }

    @Test
    void aPolicyWithoutSourcesMatchesNobody() {
        AuthorizationPolicy nobody = new AuthorizationPolicy("shop", "nobody", Set.of(), Action.ALLOW, List.of());

        assertThat(compile(DefaultDecision.ANYONE, nobody).decide(peer(WEB), 80).allowed())
                .isFalse();
    }

    @Test
    void eachConditionMatchesItsKindOnly() {
        assertThat(admits(new Condition.Identity(WEB), peer(WEB))).isTrue();
        assertThat(admits(new Condition.Identity(WEB), peer(FOREIGN_WEB))).isFalse();
        assertThat(admits(new Condition.Identity(WEB), peer(null))).isFalse();
        assertThat(admits(new Condition.IdentityPrefix("spiffe://cluster.local/ns/shop/"), peer(WEB)))
                .isTrue();
        assertThat(admits(new Condition.IdentityPrefix("spiffe://cluster.local/ns/sho/"), peer(WEB)))
                .as("not inside a segment")
                .isFalse();
        assertThat(admits(new Condition.InTrustDomain(OWN), peer(WEB))).isTrue();
        assertThat(admits(new Condition.InTrustDomain(OWN), peer(FOREIGN_WEB))).isFalse();
        assertThat(admits(new Condition.Authenticated(), peer(FOREIGN_WEB))).isTrue();
        assertThat(admits(new Condition.Authenticated(), peer(null))).isFalse();
        assertThat(admits(new Condition.Anyone(), peer(null))).isTrue();
        assertThat(admits(new Condition.FromAddress(Cidr.parse("10.0.0.0/8")), peer(null)))
                .isTrue();
        assertThat(admits(new Condition.FromAddress(Cidr.parse("192.168.0.0/16")), peer(WEB)))
                .isFalse();
    }

    @Test
    void accountsAndNamespacesAreThoseOfTheWorkloadsOwnTrustDomain() {
        Condition account = new Condition.Account(new ServiceAccount("shop", "web"));
        Condition namespace = new Condition.InNamespace("shop");

        assertThat(admits(account, peer(WEB))).isTrue();
        assertThat(admits(account, peer(BATCH))).isFalse();
        assertThat(admits(namespace, peer(BATCH))).isTrue();
        assertThat(admits(account, peer(FOREIGN_WEB))).isFalse();
        assertThat(admits(namespace, peer(FOREIGN_WEB))).isFalse();
    }

    @Test
    void allConditionsOfASourceMustHold() {
        AuthorizationPolicy both = new AuthorizationPolicy(
                "shop",
                "both",
                Set.of(),
                Action.ALLOW,
                List.of(new Source(List.of(
                        new Condition.Identity(WEB), new Condition.FromAddress(Cidr.parse("192.168.0.0/16"))))));

        assertThat(compile(DefaultDecision.DENY, both).decide(peer(WEB), 80).allowed())
                .isFalse();
    }

    private static boolean admits(Condition condition, Peer peer) {
        return compile(DefaultDecision.DENY, policy("p", Action.ALLOW, Set.of(), condition))
                .decide(peer, 80)
                .allowed();
    }

    private static Peer peer(@Nullable SpiffeId identity) {
        return new Peer(identity, InetAddress.ofLiteral("10.1.2.3"));
    }

    private static CompiledPolicies compile(DefaultDecision defaultDecision, AuthorizationPolicy... policies) {
        return CompiledPolicies.compile(OWN, PolicySet.of(defaultDecision, List.of(policies)));
    }

    private static AuthorizationPolicy policy(String name, Action action, Set<Integer> ports, Condition condition) {
        return new AuthorizationPolicy("shop", name, ports, action, List.of(Source.of(condition)));
    }
}
