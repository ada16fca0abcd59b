package dev.weft.policy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.weft.api.v1.PolicyAction;
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
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class PolicyWireTest {

    @Test
    void everyKindOfConditionSurvives() {
        Source all = new Source(List.of(
                new Condition.Identity(SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web")),
                new Condition.IdentityPrefix("spiffe://cluster.local/ns/shop/"),
                new Condition.Account(new ServiceAccount("shop", "web")),
                new Condition.InNamespace("shop"),
                new Condition.InTrustDomain(TrustDomain.parse("cluster.local")),
                new Condition.FromAddress(Cidr.parse("10.0.0.0/8")),
                new Condition.Authenticated(),
                new Condition.Anyone()));
        for (Action action : Action.values()) {
            for (DefaultDecision decision : DefaultDecision.values()) {
                PolicySet set = PolicySet.of(
                        decision, List.of(new AuthorizationPolicy("shop", "p", Set.of(80, 443), action, List.of(all))));
                assertThat(PolicyWire.fromProto(PolicyWire.toProto(set))).isEqualTo(set);
            }
        }
    }

    @Test
    void anUnknownActionDeniesOnThePolicysPorts() {
        NotUnderstood policy = notUnderstood(message -> message.setAction(PolicyAction.POLICY_ACTION_UNSPECIFIED));
        assertThat(policy.policy()).isEqualTo("shop/p");
        assertThat(policy.ports()).containsExactly(80);
        assertThat(policy.reason()).contains("action");
        assertThat(notUnderstood(message -> message.setActionValue(77)).reason())
                .contains("action");
    }

    @Test
    void anUnknownOrMalformedSourceDenies() {
        assertThat(notUnderstood(message -> message.addFrom(dev.weft.api.v1.Source.getDefaultInstance()))
                        .reason())
                .contains("from");
        assertThat(notUnderstood(message -> message.addFrom(
                                dev.weft.api.v1.Source.newBuilder().setIdentity("web")))
                        .reason())
                .contains("web");
        assertThat(notUnderstood(message -> message.addFrom(
                                dev.weft.api.v1.Source.newBuilder().setCidr("10.0.0.0/99")))
                        .reason())
                .contains("10.0.0.0/99");
        assertThat(notUnderstood(message -> message.addFrom(
                                dev.weft.api.v1.Source.newBuilder().setServiceAccount("a/b/c")))
                        .reason())
                .contains("a/b/c");
    }

    @Test
    void aFieldOfANewerVersionDeniesInsteadOfBeingIgnored() throws InvalidProtocolBufferException {
        dev.weft.api.v1.Source source = dev.weft.api.v1.Source.parseFrom(withUnknownField(
                dev.weft.api.v1.Source.newBuilder().setNamespace("shop").build()));
        assertThat(notUnderstood(message -> message.addFrom(source)).reason()).contains("from");

        dev.weft.api.v1.AuthorizationPolicy policy = dev.weft.api.v1.AuthorizationPolicy.parseFrom(
                withUnknownField(dev.weft.api.v1.AuthorizationPolicy.newBuilder()
                        .setAction(PolicyAction.POLICY_ACTION_ALLOW)
                        .build()));
        NotUnderstood widened = notUnderstood(message -> message.mergeFrom(policy));
        assertThat(widened.policy()).isEqualTo("shop/p");
        assertThat(widened.ports()).containsExactly(80);
        assertThat(widened.reason()).contains("newer");
    }

    @Test
    void aFieldOfANewerVersionInTheSetClosesEveryPort() throws InvalidProtocolBufferException {
        PolicySet set = PolicyWire.fromProto(
                dev.weft.api.v1.PolicySet.parseFrom(withUnknownField(dev.weft.api.v1.PolicySet.newBuilder()
                        .setDefaultDecision(dev.weft.api.v1.DefaultDecision.DEFAULT_DECISION_ANYONE)
                        .build())));
        assertThat(set.notUnderstood()).singleElement().satisfies(everything -> {
            assertThat(everything.policy()).isEqualTo(PolicyWire.THE_SET);
            assertThat(everything.selectsPort(1)).isTrue();
            assertThat(everything.reason()).contains("newer");
        });
    }

    /** Field 15, two bytes of content: nothing that this version knows. */
    private static ByteString withUnknownField(MessageLite message) {
        return message.toByteString().concat(ByteString.copyFrom(new byte[] {15 << 3 | 2, 2, 1, 2}));
    }

    @Test
    void aPortOutOfRangeDeniesEverywhere() {
        assertThat(notUnderstood(message -> message.addPorts(70_000)).ports()).isEmpty();
    }

    @Test
    void anUnknownDefaultDenies() {
        assertThat(PolicyWire.fromProto(dev.weft.api.v1.PolicySet.getDefaultInstance())
                        .defaultDecision())
                .isEqualTo(DefaultDecision.DENY);
    }

    private static NotUnderstood notUnderstood(Consumer<dev.weft.api.v1.AuthorizationPolicy.Builder> wrong) {
        dev.weft.api.v1.AuthorizationPolicy.Builder policy = dev.weft.api.v1.AuthorizationPolicy.newBuilder()
                .setNamespace("shop")
                .setName("p")
                .addPorts(80)
                .setAction(PolicyAction.POLICY_ACTION_ALLOW);
        wrong.accept(policy);
        PolicySet set = PolicyWire.fromProto(
                dev.weft.api.v1.PolicySet.newBuilder().addPolicies(policy).build());
        assertThat(set.policies()).isEmpty();
        return set.notUnderstood().getFirst();
    }
}
