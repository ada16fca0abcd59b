package dev.weft.mesh.select;

import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.model.PolicySet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the policies of a workload without comparing it with every policy: with thousands of policies and workloads
 * that would take a second. A policy is indexed by one of the labels that it requires, or else by its namespace.
 */
public final class PolicyIndex {

    /**
     * An index key: a label in a namespace. The key without a label stands for policies of the namespace that require
     * no label.
     */
    private record Key(String namespace, String label, String value) {
        static Key of(String namespace) {
            return new Key(namespace, "", "");
        }
    }

    /** @param rank position among all policies, which are sorted by name */
    private record Ranked(int rank, SelectingPolicy policy) {}

    private final Map<Key, List<Ranked>> byKey = new HashMap<>();

    private PolicyIndex() {}

    /** Builds an index of policies, which must be sorted by name. */
    public static PolicyIndex of(Iterable<SelectingPolicy> policies) {
        PolicyIndex index = new PolicyIndex();
        int rank = 0;
        for (SelectingPolicy policy : policies) {
            index.byKey.computeIfAbsent(key(policy), _ -> new ArrayList<>()).add(new Ranked(rank++, policy));
        }
        return index;
    }

    private static Key key(SelectingPolicy policy) {
        String namespace = policy.policy().namespace();
        return policy.workloads().matchLabels().entrySet().stream()
                .findFirst()
                .map(label -> new Key(namespace, label.getKey(), label.getValue()))
                .orElse(Key.of(namespace));
    }

    /**
     * Returns the policies of a workload, with the same result as {@link Snapshot#policySetFor}.
     *
     * @param defaultDecision the default decision of the set
     */
    public PolicySet policySetFor(Workload workload, DefaultDecision defaultDecision) {
        String namespace = workload.name().namespace();
        List<Ranked> candidates = new ArrayList<>(byKey.getOrDefault(Key.of(namespace), List.of()));
        workload.labels()
                .forEach((label, value) ->
                        candidates.addAll(byKey.getOrDefault(new Key(namespace, label, value), List.of())));
        List<AuthorizationPolicy> selecting = candidates.stream()
                .filter(candidate -> candidate.policy().selects(workload))
                .sorted(Comparator.comparingInt(Ranked::rank))
                .map(candidate -> candidate.policy().policy())
                .toList();
        return PolicySet.of(defaultDecision, selecting);
    }
}
