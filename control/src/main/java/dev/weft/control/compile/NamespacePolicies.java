package dev.weft.control.compile;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.PolicySet;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.select.PolicyIndex;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.wire.PolicyWire;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one namespace at one moment. Which policies apply to a workload depends only on its labels and
 * default decision, so workloads that agree in these share one policy set. Safe for use by many threads.
 */
final class NamespacePolicies {

    static final NamespacePolicies NONE = new NamespacePolicies(List.of());

    /** Most policy sets kept; beyond this number all are dropped and built again. */
    static final int MAX_KEPT = 1_000;

    private record PolicyKey(Map<String, String> labels, DefaultDecision otherwise) {}

    private final PolicyIndex index;
    private final Map<PolicyKey, PolicySet> policySets = new ConcurrentHashMap<>();
    /** The octets of each policy in a message. */
    private final IdentityHashMap<AuthorizationPolicy, Integer> sizes = new IdentityHashMap<>();

    private final Map<Map<String, String>, Long> sizesByLabels = new ConcurrentHashMap<>();
    private final long sizeOfAll;

    NamespacePolicies(List<SelectingPolicy> policies) {
        this(policies, null);
    }

    /**
     * @param policies in the order of their names
     * @param former the same namespace before; policies that are unchanged are not measured again
     */
    NamespacePolicies(Iterable<SelectingPolicy> policies, @Nullable NamespacePolicies former) {
        index = PolicyIndex.of(policies);
        long sum = 0;
        for (SelectingPolicy selecting : policies) {
            AuthorizationPolicy policy = selecting.policy();
            Integer known = former == null ? null : former.sizes.get(policy);
            int size = known == null ? PolicyWire.size(policy) : known;
            sizes.put(policy, size);
            sum += size;
        }
        sizeOfAll = sum;
    }

    /** Returns at least as many octets as the workload's policies have in a message; exact beyond {@code enough}. */
    long size(Workload workload, long enough) {
        if (sizeOfAll <= enough) {
            return sizeOfAll;
        }
        if (sizesByLabels.size() >= MAX_KEPT) {
            sizesByLabels.clear();
        }
        return sizesByLabels.computeIfAbsent(
                workload.labels(),
                _ -> index.policySetFor(workload, DefaultDecision.DENY).policies().stream()
                        .mapToLong(policy -> requireNonNull(sizes.get(policy), "a size"))
                        .sum());
    }

    PolicySet about(Workload workload, DefaultDecision otherwise) {
        if (policySets.size() >= MAX_KEPT) {
            policySets.clear();
        }
        return policySets.computeIfAbsent(
                new PolicyKey(workload.labels(), otherwise),
                _ -> PolicyWire.toProto(index.policySetFor(workload, otherwise)));
    }
}
