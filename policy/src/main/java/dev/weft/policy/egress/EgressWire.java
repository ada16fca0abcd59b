package dev.weft.policy.egress;

import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.wire.UnknownFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Converts egress rules of a workload to messages and back. */
public final class EgressWire {

    private EgressWire() {}

    /** Returns the message of rules that are not open. Open rules have no message. */
    public static dev.weft.api.v1.EgressRules toProto(EgressRules rules) {
        dev.weft.api.v1.EgressRules.Builder message = dev.weft.api.v1.EgressRules.newBuilder();
        rules.policies().forEach(policy -> message.addPolicies(toProto(policy)));
        return message.build();
    }

    private static dev.weft.api.v1.EgressPolicy toProto(EgressPolicy policy) {
        dev.weft.api.v1.EgressPolicy.Builder written = dev.weft.api.v1.EgressPolicy.newBuilder()
                .setNamespace(policy.namespace())
                .setName(policy.name());
        for (EgressTarget target : policy.to()) {
            dev.weft.api.v1.EgressTarget.Builder entry =
                    dev.weft.api.v1.EgressTarget.newBuilder().addAllPorts(target.ports());
            switch (target) {
                case EgressTarget.Range(Cidr range, Set<Integer> _) -> entry.setCidr(range.toString());
                case EgressTarget.Host(HostPattern host, Set<Integer> _) -> entry.setHost(host.text());
            }
            written.addTo(entry);
        }
        return written.build();
    }

    /** Returns the size of a policy in a message, in octets. */
    static int octets(EgressPolicy policy) {
        return toProto(policy).getSerializedSize();
    }

    /**
     * Returns the rules of a message.
     *
     * @throws IllegalArgumentException if the message cannot be understood; no part of it may be used
     */
    public static EgressRules fromProto(dev.weft.api.v1.EgressRules message) {
        UnknownFields.refuse("egress", message.toBuilder().clearPolicies().build());
        int targets = 0;
        List<EgressPolicy> policies = new ArrayList<>();
        for (dev.weft.api.v1.EgressPolicy policy : message.getPoliciesList()) {
            targets += policy.getToCount();
            if (targets > EgressRules.MAX_TARGETS) {
                throw new IllegalArgumentException("egress: more than " + EgressRules.MAX_TARGETS + " entries");
            }
            UnknownFields.refuse(
                    "egress policy",
                    policy.toBuilder().clearNamespace().clearName().clearTo().build());
            policies.add(new EgressPolicy(
                    policy.getNamespace(),
                    policy.getName(),
                    policy.getToList().stream().map(EgressWire::target).toList()));
        }
        return EgressRules.of(policies);
    }

    private static EgressTarget target(dev.weft.api.v1.EgressTarget message) {
        UnknownFields.refuse(
                "egress target", message.toBuilder().clearWhat().clearPorts().build());
        Set<Integer> ports = new HashSet<>(message.getPortsList());
        return switch (message.getWhatCase()) {
            case CIDR -> new EgressTarget.Range(Cidr.parse(message.getCidr()), ports);
            case HOST -> new EgressTarget.Host(new HostPattern(message.getHost()), ports);
            case WHAT_NOT_SET -> throw new IllegalArgumentException("egress target: neither cidr nor host");
        };
    }
}
