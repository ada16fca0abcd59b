package dev.weft.control.compile;

import dev.weft.api.v1.PolicySet;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.select.PolicyIndex;
import dev.weft.policy.model.DefaultDecision;
import dev.weft.policy.wire.PolicyWire;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

    /** @param policies in the order of their names */
    NamespacePolicies(Iterable<SelectingPolicy> policies) {
        index = PolicyIndex.of(policies);
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
