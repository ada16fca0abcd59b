package dev.weft.kubernetes.registry;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.Selecting;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
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
import java.util.function.Function;

/**
 * What is in force in place of an invalid object without a known valid state. What the object applies to is closed, as
 * far as that can be read, and nothing else.
 */
final class FailClosedObjects {

    private FailClosedObjects() {}

    /**
     * Refuses every caller at the policy's workloads and ports. If the workloads or the ports cannot be read, all of
     * them are closed.
     */
    static Optional<SelectingPolicy> policy(GenericKubernetesResource object) {
        ObjectName name = WatchedKind.AUTHORIZATION_POLICY.nameOf(object);
        Map<String, Object> deny = Map.of("action", "Deny");
        LabelSelector workloads = workloads(object, deny, Snapshot::policies);
        Set<Integer> ports = only(object, Set.of("ports"), deny, Snapshot::policies)
                .map(policy -> policy.policy().ports())
                .orElse(Set.of());
        return Optional.of(new SelectingPolicy(
                new AuthorizationPolicy(
                        name.namespace(), name.name(), ports, Action.DENY, List.of(Source.of(new Condition.Anyone()))),
                workloads));
    }

    private static LabelSelector workloads(
            GenericKubernetesResource object,
            Map<String, Object> beside,
            Function<Snapshot, ? extends Map<?, ? extends Selecting<?>>> kind) {
        return only(object, Set.of("workloads"), beside, kind)
                .<LabelSelector>map(Selecting::workloads)
                .orElse(LabelSelector.ALL);
    }

    /** Reads the object as if it had these fields alone; empty if it is still invalid. */
    private static <V> Optional<V> only(
            GenericKubernetesResource object,
            Set<String> fields,
            Map<String, Object> beside,
            Function<Snapshot, ? extends Map<?, ? extends V>> kind) {
        CustomReader.Read read = CustomReader.readOnly(object, fields, beside);
        return read.isValid()
                ? kind.apply(read.objects()).values().stream()
                        .<V>map(each -> each)
                        .findFirst()
                : Optional.empty();
    }

    /**
     * Allows the policy's workloads no egress; all workloads of the namespace if the policy's workloads cannot be read.
     */
    static Optional<SelectingEgress> egress(GenericKubernetesResource object) {
        ObjectName name = WatchedKind.EGRESS_POLICY.nameOf(object);
        LabelSelector workloads = workloads(object, Map.of("action", "Allow"), Snapshot::egress);
        return Optional.of(new SelectingEgress(new EgressPolicy(name.namespace(), name.name(), List.of()), workloads));
    }

    /** Returns a machine without ports that can be called. Its addresses stay known as addresses of the mesh. */
    static Optional<Workload> workload(GenericKubernetesResource object) {
        return only(object, Set.of("serviceAccount", "meshed", "addresses"), Map.of(), Snapshot::workloads)
                .filter(Workload::meshed)
                .map(Workload::closed);
    }

    /**
     * Returns the trust domain as disabled, so that nothing of it is trusted. Its address ranges stay known, so that
     * nothing there is called in plaintext. Empty if they cannot be read, and for the mesh's own trust domain:
     * disabling that would refuse every peer.
     */
    static Optional<TrustDomainObject> trustDomain(GenericKubernetesResource object, TrustDomain own) {
        return only(object, Set.of("discovery"), Map.of("state", "Disabled"), Snapshot::trustDomains)
                .filter(domain -> !domain.trustDomain().equals(own))
                .map(domain ->
                        domain.in(TrustBundle.State.DISABLED, Optional.of("its TrustDomain object is not valid")));
    }

    /** Returns the same revocation without an end; empty if what it revokes cannot be read. */
    static Optional<Revocation> revocation(GenericKubernetesResource object) {
        return only(
                object, Set.of("certificate", "identity", "issuer", "trustDomain"), Map.of(), Snapshot::revocations);
    }
}
