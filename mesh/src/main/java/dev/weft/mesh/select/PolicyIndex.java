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
 * Finds the policies about a workload without a look at all the others: with thousands of both, to compare each with each
 * takes a second. A policy is found by one of the labels that it demands, or else by its namespace.
 */
public final class PolicyIndex {

    /** A label in a namespace; without a label, the policies of the namespace that demand none. */
    private record Key(String namespace, String label, String value) {
        static Key of(String namespace) {
            return new Key(namespace, "", "");
        }
    }

    /** @param rank its place among all, which are in the order of their names */
    private record Ranked(int rank, SelectingPolicy policy) {}

    private final Map<Key, List<Ranked>> byKey = new HashMap<>();

    private PolicyIndex() {}

    /** Of these policies, which are in the order of their names. */
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

    /** The policies about a workload, as {@link Snapshot#policySetFor} has them. */
    public PolicySet policySetFor(Workload workload, DefaultDecision otherwise) {
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
        return PolicySet.of(otherwise, selecting);
    }
}
