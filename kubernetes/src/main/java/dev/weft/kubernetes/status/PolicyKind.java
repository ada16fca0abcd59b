package dev.weft.kubernetes.status;

import dev.weft.control.watch.Capabilities;
import dev.weft.kubernetes.registry.KubernetesRegistry;
import dev.weft.mesh.kind.Kind;
import dev.weft.mesh.kind.Kinds;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Selecting;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.SelectingRateLimit;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.table.SortedTable;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.limit.LimitRule;
import dev.weft.policy.limit.RateLimit;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The kinds of objects that select workloads and that sidecars hold. Their status shows on how many sidecars they are
 * in force.
 */
enum PolicyKind {
    AUTHORIZATION_POLICY("policy", "its last valid version is in force; if there is none, what it names is closed"),
    EGRESS_POLICY(
            "policy",
            "its last valid version is in force; if there is none, it allows nothing to the workloads that it selects"),
    RATE_LIMIT("limit", "its last valid version is in force; if there is none, it limits nothing");

    private final String noun;
    private final String whileInvalid;

    PolicyKind(String noun, String whileInvalid) {
        this.noun = noun;
        this.whileInvalid = whileInvalid;
    }

    /** Returns the kind with this {@code kind} name; empty if it is not one of these. */
    static Optional<PolicyKind> of(String word) {
        return Stream.of(values())
                .filter(each -> each.kind().kindName().equals(word))
                .findFirst();
    }

    private Kind kind() {
        return switch (this) {
            case AUTHORIZATION_POLICY -> Kinds.AUTHORIZATION_POLICY;
            case EGRESS_POLICY -> Kinds.EGRESS_POLICY;
            case RATE_LIMIT -> Kinds.RATE_LIMIT;
        };
    }

    /** Returns the definition of the resource for the Kubernetes client. */
    ResourceDefinitionContext context() {
        return StatusWriter.context(kind());
    }

    /** Returns the noun for an object of this kind in a sentence. */
    String noun() {
        return noun;
    }

    /** Returns what is in force while an object of this kind is invalid. */
    String whileInvalid() {
        return whileInvalid;
    }

    /** Returns the generation of each object of this kind, as the registry read it last. */
    SortedTable<ObjectName, Long> generations(KubernetesRegistry registry) {
        return registry.generations(kind().kindName());
    }

    /** Returns all objects of this kind that are in force, by name. */
    @SuppressWarnings("unchecked") // the table cannot be changed, so it may be read as one of a wider type
    SortedTable<ObjectName, Selecting<?>> in(Snapshot snapshot) {
        Map<ObjectName, ? extends Selecting<?>> objects = switch (this) {
            case AUTHORIZATION_POLICY -> snapshot.policies();
            case EGRESS_POLICY -> snapshot.egress();
            case RATE_LIMIT -> snapshot.rateLimits();
        };
        return SortedTable.copyOf((Map<ObjectName, Selecting<?>>) objects);
    }

    /** Returns why a sidecar cannot enforce this policy although it accepts what it gets; empty if it can. */
    static Optional<String> unable(Selecting<?> policy, Set<String> capabilities) {
        return switch (policy) {
            // A sidecar that reports no capabilities counts as able: it may have the version before.
            case SelectingPolicy selecting ->
                selecting.policy().aboutRequests()
                                && !capabilities.isEmpty()
                                && !capabilities.contains(Capabilities.REQUEST_RULES)
                        ? Optional.of("its sidecar cannot judge requests, and closes the policy's ports")
                        : Optional.empty();
            // A sidecar without this capability refuses the whole message, so it never acknowledges the policy.
            case SelectingEgress _ -> Optional.empty();
            case SelectingRateLimit selecting -> {
                if (!capabilities.contains(Capabilities.RATE_LIMITS)) {
                    yield Optional.of("its sidecar does not support rate limits, and does not get them");
                }
                boolean atOnce =
                        selecting.policy().limits().stream().anyMatch(limit -> limit.unit() == LimitRule.Unit.AT_ONCE);
                yield atOnce && !capabilities.contains(Capabilities.REQUESTS_AT_ONCE)
                        ? Optional.of(
                                "its sidecar does not support limits on concurrent requests, and does not get them")
                        : Optional.empty();
            }
        };
    }

    /**
     * Returns the objects that a sidecar does not get, because there are too many.
     *
     * @param selecting all objects of this kind that select the sidecar's workload, in the order of their names
     */
    List<? extends Selecting<?>> leftOut(List<Selecting<?>> selecting) {
        int told = switch (this) {
            case AUTHORIZATION_POLICY -> selecting.size();
            case EGRESS_POLICY -> EgressRules.bounded(egress(selecting)).size();
            case RATE_LIMIT -> Math.min(selecting.size(), RateLimit.MAX_OF_WORKLOAD);
        };
        return selecting.subList(told, selecting.size());
    }

    private static List<EgressPolicy> egress(List<Selecting<?>> selecting) {
        return selecting.stream().map(each -> ((SelectingEgress) each).policy()).toList();
    }
}
