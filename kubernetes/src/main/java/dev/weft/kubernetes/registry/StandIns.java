package dev.weft.kubernetes.registry;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.PortScope;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.model.Workload;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.Source;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is in force in the place of an object that is not valid, and of which no valid state is known: what it is about is closed,
 * as far as it can be read what that is, and nothing else is.
 */
final class StandIns {

    private StandIns() {}

    /** Refuses everybody on the policy's ports at its workloads; what of the two cannot be read is all of them. */
    static Optional<SelectingPolicy> policy(GenericKubernetesResource object) {
        ObjectName name = Kind.AUTHORIZATION_POLICY.nameOf(object);
        Map<String, Object> deny = Map.of("action", "Deny");
        LabelSelector workloads = policy(name, CustomReader.readOnly(object, Set.of("workloads"), deny))
                .map(SelectingPolicy::workloads)
                .orElse(LabelSelector.ALL);
        Set<Integer> ports = policy(name, CustomReader.readOnly(object, Set.of("ports"), deny))
                .map(policy -> policy.policy().ports())
                .orElse(Set.of());
        return Optional.of(new SelectingPolicy(
                new AuthorizationPolicy(
                        name.namespace(), name.name(), ports, Action.DENY, List.of(Source.of(new Condition.Anyone()))),
                workloads));
    }

    private static Optional<SelectingPolicy> policy(ObjectName name, CustomReader.Read read) {
        return read.isValid() ? Optional.ofNullable(read.objects().policies().get(name)) : Optional.empty();
    }

    /** Allows nothing to its workloads; if it cannot be read which those are, to all. */
    static Optional<SelectingEgress> egress(GenericKubernetesResource object) {
        ObjectName name = Kind.EGRESS_POLICY.nameOf(object);
        CustomReader.Read read = CustomReader.readOnly(object, Set.of("workloads"), Map.of("action", "Allow"));
        LabelSelector workloads = read.isValid()
                ? Optional.ofNullable(read.objects().egress().get(name))
                        .map(SelectingEgress::workloads)
                        .orElse(LabelSelector.ALL)
                : LabelSelector.ALL;
        return Optional.of(new SelectingEgress(new EgressPolicy(name.namespace(), name.name(), List.of()), workloads));
    }

    /** A machine that is reached at none of its ports, so that its addresses are not taken for some outside of the mesh. */
    static Optional<Workload> workload(GenericKubernetesResource object) {
        CustomReader.Read read =
                CustomReader.readOnly(object, Set.of("serviceAccount", "meshed", "addresses"), Map.of());
        return read.isValid()
                ? Optional.ofNullable(read.objects().workloads().get(Kind.WORKLOAD.nameOf(object)))
                        .filter(Workload::meshed)
                        .map(StandIns::closed)
                : Optional.empty();
    }

    private static Workload closed(Workload workload) {
        return new Workload(
                workload.name(),
                workload.labels(),
                workload.serviceAccount(),
                List.of(),
                Set.of(),
                null,
                null,
                true,
                null,
                PortScope.DECLARED,
                Set.of(),
                Set.of(),
                workload.addresses());
    }

    /** Disabled: nothing of it is trusted. Of the mesh's own trust domain that would be everybody, so there is none. */
    static Optional<TrustDomainObject> trustDomain(GenericKubernetesResource object, TrustDomain own) {
        try {
            TrustDomain domain = TrustDomain.parse(object.getMetadata().getName());
            return domain.equals(own)
                    ? Optional.empty()
                    : Optional.of(
                            TrustDomainObject.disabled(domain, Optional.of("its TrustDomain object is not valid")));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The same revocation without an end; none where it cannot be read what is revoked. */
    static Optional<Revocation> revocation(GenericKubernetesResource object) {
        CustomReader.Read read =
                CustomReader.readOnly(object, Set.of("certificate", "identity", "issuer", "trustDomain"), Map.of());
        return read.isValid()
                ? Optional.ofNullable(
                        read.objects().revocations().get(object.getMetadata().getName()))
                : Optional.empty();
    }
}
