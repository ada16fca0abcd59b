package dev.weft.policy.wire;

import com.google.protobuf.CodedOutputStream;
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
import dev.weft.policy.model.Ports;
import dev.weft.policy.model.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Converts policies to messages and back. Reading never fails: a policy that cannot be understood becomes a policy that
 * denies.
 */
public final class PolicyWire {

    /** Shown instead of a policy's name if the set as a whole cannot be understood. */
    static final String THE_SET = "(all policies)";

    private PolicyWire() {}

    /** Returns the message of a policy set, without the policies that are not understood. */
    public static dev.weft.api.v1.PolicySet toProto(PolicySet set) {
        dev.weft.api.v1.PolicySet.Builder message = dev.weft.api.v1.PolicySet.newBuilder()
                .setDefaultDecision(
                        switch (set.defaultDecision()) {
                            case AUTHENTICATED -> dev.weft.api.v1.DefaultDecision.DEFAULT_DECISION_AUTHENTICATED;
                            case DENY -> dev.weft.api.v1.DefaultDecision.DEFAULT_DECISION_DENY;
                            case ANYONE -> dev.weft.api.v1.DefaultDecision.DEFAULT_DECISION_ANYONE;
                        });
        set.policies().forEach(policy -> message.addPolicies(toProto(policy)));
        return message.build();
    }

    /** Returns how many octets a policy adds to the message of its set. */
    public static int size(AuthorizationPolicy policy) {
        return CodedOutputStream.computeMessageSize(dev.weft.api.v1.PolicySet.POLICIES_FIELD_NUMBER, toProto(policy));
    }

    private static dev.weft.api.v1.AuthorizationPolicy toProto(AuthorizationPolicy policy) {
        dev.weft.api.v1.AuthorizationPolicy.Builder message = dev.weft.api.v1.AuthorizationPolicy.newBuilder()
                .setNamespace(policy.namespace())
                .setName(policy.name())
                .addAllPorts(policy.ports())
                .setAction(
                        switch (policy.action()) {
                            case ALLOW -> PolicyAction.POLICY_ACTION_ALLOW;
                            case DENY -> PolicyAction.POLICY_ACTION_DENY;
                            case AUDIT -> PolicyAction.POLICY_ACTION_AUDIT;
                        });
        policy.from().forEach(source -> message.addFrom(toProto(source)));
        policy.to().forEach(match -> message.addTo(RequestWire.toProto(match)));
        return message.build();
    }

    static dev.weft.api.v1.Source toProto(Source source) {
        dev.weft.api.v1.Source.Builder message = dev.weft.api.v1.Source.newBuilder();
        for (Condition condition : source.all()) {
            switch (condition) {
                case Condition.Identity(SpiffeId id) -> message.setIdentity(id.toString());
                case Condition.IdentityPrefix(String prefix) -> message.setIdentityPrefix(prefix);
                case Condition.Account(ServiceAccount account) -> message.setServiceAccount(account.toString());
                case Condition.InNamespace(String namespace) -> message.setNamespace(namespace);
                case Condition.InTrustDomain(TrustDomain domain) -> message.setTrustDomain(domain.name());
                case Condition.FromAddress(Cidr range) -> message.setCidr(range.toString());
                case Condition.Authenticated() -> message.setAuthenticated(true);
                case Condition.Anyone() -> message.setAnyone(true);
            }
        }
        return message.build();
    }

    /** Returns the policy set of a message. An unknown default decision denies; an unknown field denies every port. */
    public static PolicySet fromProto(dev.weft.api.v1.PolicySet message) {
        List<AuthorizationPolicy> policies = new ArrayList<>();
        List<NotUnderstood> notUnderstood = new ArrayList<>();
        for (dev.weft.api.v1.AuthorizationPolicy policy : message.getPoliciesList()) {
            try {
                policies.add(policy(policy));
            } catch (IllegalArgumentException e) {
                notUnderstood.add(new NotUnderstood(
                        policy.getNamespace() + "/" + policy.getName(),
                        readablePorts(policy),
                        String.valueOf(e.getMessage())));
            }
        }
        try {
            UnknownFields.refuse(
                    "policies",
                    message.toBuilder().clearPolicies().clearDefaultDecision().build());
        } catch (IllegalArgumentException e) {
            notUnderstood.add(new NotUnderstood(THE_SET, Set.of(), String.valueOf(e.getMessage())));
        }
        DefaultDecision defaultDecision = switch (message.getDefaultDecision()) {
            case DEFAULT_DECISION_AUTHENTICATED -> DefaultDecision.AUTHENTICATED;
            case DEFAULT_DECISION_ANYONE -> DefaultDecision.ANYONE;
            case DEFAULT_DECISION_DENY, DEFAULT_DECISION_UNSPECIFIED, UNRECOGNIZED -> DefaultDecision.DENY;
        };
        return new PolicySet(policies, notUnderstood, defaultDecision);
    }

    /**
     * Returns the ports on which a policy that is not understood denies; empty (every port) if any port is out of
     * range.
     */
    private static Set<Integer> readablePorts(dev.weft.api.v1.AuthorizationPolicy policy) {
        boolean readable = policy.getPortsList().stream().allMatch(Ports::isPort);
        return readable ? Set.copyOf(policy.getPortsList()) : Set.of();
    }

    private static AuthorizationPolicy policy(dev.weft.api.v1.AuthorizationPolicy message) {
        UnknownFields.refuse("policy", withoutKnownFields(message));
        Action action = switch (message.getAction()) {
            case POLICY_ACTION_ALLOW -> Action.ALLOW;
            case POLICY_ACTION_DENY -> Action.DENY;
            case POLICY_ACTION_AUDIT -> Action.AUDIT;
            case POLICY_ACTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "action: unknown (expected: Allow, Deny or Audit); the control plane may be newer than this proxy");
        };
        return new AuthorizationPolicy(
                message.getNamespace(),
                message.getName(),
                Set.copyOf(message.getPortsList()),
                action,
                message.getFromList().stream().map(PolicyWire::source).toList(),
                message.getToList().stream().map(RequestWire::fromProto).toList());
    }

    private static MessageLite withoutKnownFields(dev.weft.api.v1.AuthorizationPolicy message) {
        return message.toBuilder()
                .clearNamespace()
                .clearName()
                .clearPorts()
                .clearAction()
                .clearFrom()
                .clearTo()
                .build();
    }

    private static MessageLite withoutKnownFields(dev.weft.api.v1.Source message) {
        return message.toBuilder()
                .clearIdentity()
                .clearIdentityPrefix()
                .clearServiceAccount()
                .clearNamespace()
                .clearTrustDomain()
                .clearCidr()
                .clearAuthenticated()
                .clearAnyone()
                .build();
    }

    static Source source(dev.weft.api.v1.Source message) {
        UnknownFields.refuse("from", withoutKnownFields(message));
        List<Condition> all = new ArrayList<>();
        if (!message.getIdentity().isEmpty()) {
            all.add(new Condition.Identity(SpiffeId.parse(message.getIdentity())));
        }
        if (!message.getIdentityPrefix().isEmpty()) {
            all.add(new Condition.IdentityPrefix(message.getIdentityPrefix()));
        }
        if (!message.getServiceAccount().isEmpty()) {
            all.add(new Condition.Account(account(message.getServiceAccount())));
        }
        if (!message.getNamespace().isEmpty()) {
            all.add(new Condition.InNamespace(message.getNamespace()));
        }
        if (!message.getTrustDomain().isEmpty()) {
            all.add(new Condition.InTrustDomain(TrustDomain.parse(message.getTrustDomain())));
        }
        if (!message.getCidr().isEmpty()) {
            all.add(new Condition.FromAddress(Cidr.parse(message.getCidr())));
        }
        if (message.getAuthenticated()) {
            all.add(new Condition.Authenticated());
        }
        if (message.getAnyone()) {
            all.add(new Condition.Anyone());
        }
        return new Source(all);
    }

    private static ServiceAccount account(String text) {
        int slash = text.indexOf('/');
        if (slash < 1 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
            throw new IllegalArgumentException("serviceAccount: " + text + " (expected: namespace/name)");
        }
        return new ServiceAccount(text.substring(0, slash), text.substring(slash + 1));
    }
}
