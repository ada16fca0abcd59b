package dev.weft.kubernetes.status;

import dev.weft.control.watch.Capabilities;
import dev.weft.kubernetes.follow.ApiKinds;
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
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The kinds of objects that select workloads and that sidecars hold. Their status shows on how many sidecars they are
 * in force.
 */
enum PolicyKind {
    AUTHORIZATION_POLICY(
            Kinds.AUTHORIZATION_POLICY,
            Snapshot::policies,
            "policy",
            "its last valid version is in force; if there is none, what it names is closed"),
    EGRESS_POLICY(
            Kinds.EGRESS_POLICY,
            Snapshot::egress,
            "policy",
            "its last valid version is in force; if there is none, it allows nothing to the workloads that it selects"),
    RATE_LIMIT(
            Kinds.RATE_LIMIT,
            Snapshot::rateLimits,
            "limit",
            "its last valid version is in force; if there is none, it limits nothing");

    @SuppressWarnings("ImmutableEnumChecker") // nothing of a kind changes
    private final Kind kind;

    @SuppressWarnings("ImmutableEnumChecker") // a method of the snapshot
    private final Function<Snapshot, Map<ObjectName, ? extends Selecting<?>>> objects;

    private final String noun;
    private final String whileInvalid;

    PolicyKind(
            Kind kind,
            Function<Snapshot, Map<ObjectName, ? extends Selecting<?>>> objects,
            String noun,
            String whileInvalid) {
        this.kind = kind;
        this.objects = objects;
        this.noun = noun;
        this.whileInvalid = whileInvalid;
    }

    /** Returns the kind with this {@code kind} name; empty if it is not one of these. */
    static Optional<PolicyKind> of(String word) {
        return Stream.of(values())
                .filter(each -> each.kind.kindName().equals(word))
                .findFirst();
    }

    ResourceDefinitionContext context() {
        return ApiKinds.of(kind);
    }

    String noun() {
        return noun;
    }

    String whileInvalid() {
        return whileInvalid;
    }

    /** Returns the generation of each object of this kind, as the registry read it last. */
    SortedTable<ObjectName, Long> generations(KubernetesRegistry registry) {
        return registry.generations(kind.kindName());
    }

    /** Returns all objects of this kind that are in force, by name. */
    @SuppressWarnings("unchecked") // the table cannot be changed, so it may be read as one of a wider type
    SortedTable<ObjectName, Selecting<?>> in(Snapshot snapshot) {
        return SortedTable.copyOf((Map<ObjectName, Selecting<?>>) objects.apply(snapshot));
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
