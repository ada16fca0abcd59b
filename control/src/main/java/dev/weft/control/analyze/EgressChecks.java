package dev.weft.control.analyze;

import dev.weft.control.analyze.PolicyChecks.Problem;
import dev.weft.mesh.model.SelectingEgress;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.model.Cidr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds EgressPolicies, and entries of them, that have no effect or less than it seems. */
final class EgressChecks {

    static final String SKIPPED = "WEFT-P019";
    static final String COVERED = "WEFT-P020";
    static final String LEFT_OUT = "WEFT-P021";

    private final Snapshot objects;
    /** Namespaces whose policies together have more entries than a sidecar gets. */
    private final Set<String> crowded = new HashSet<>();

    EgressChecks(Snapshot objects) {
        this.objects = objects;
        objects.egress().values().stream()
                .map(SelectingEgress::policy)
                .collect(Collectors.groupingBy(EgressPolicy::namespace))
                .forEach((namespace, policies) -> {
                    if (EgressRules.bounded(policies).size() < policies.size()) {
                        crowded.add(namespace);
                    }
                });
    }

    List<Problem> problems(SelectingEgress policy) {
        List<Problem> problems = new ArrayList<>();
        List<Workload> selected =
                objects.workloads().values().stream().filter(policy::selects).toList();
        if (selected.isEmpty()) {
            String namespace = policy.policy().namespace();
            Map<String, String> labels = policy.workloads().matchLabels();
            problems.add(new Problem(
                    PolicyChecks.NO_WORKLOAD,
                    "it is about no workload of namespace " + namespace
                            + (labels.isEmpty() ? "" : " with " + PolicyChecks.labels(labels)),
                    PolicyChecks.nearLabels(namespace, labels, objects)));
        } else if (selected.stream().noneMatch(Workload::meshed)) {
            problems.add(new Problem(
                    PolicyChecks.NOT_ENFORCED,
                    "it is about " + PolicyChecks.names(selected) + " alone, without a sidecar: nothing enforces it",
                    "set meshed: true there"));
        }
        selected.stream().filter(Workload::meshed).forEach(workload -> skipped(workload, problems));
        leftOut(policy, selected, problems);
        covered(policy.policy().to(), problems);
        return problems;
    }

    /** Reports ports whose traffic bypasses the sidecar, whatever its address. */
    private static void skipped(Workload workload, List<Problem> problems) {
        Set<Integer> ports = new TreeSet<>(workload.skipOutboundPorts());
        if (!ports.isEmpty()) {
            String listed = ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
            problems.add(new Problem(
                    SKIPPED,
                    "it does not govern port " + listed + " of others for " + workload.name()
                            + ", whose skipOutboundPorts lets it past the sidecar",
                    "remove " + listed + " from its skipOutboundPorts"));
        }
    }

    /**
     * Reports a policy that some sidecars do not get: a sidecar gets only a limited number of entries, from the
     * policies that are first by name.
     */
    private void leftOut(SelectingEgress policy, List<Workload> selected, List<Problem> problems) {
        if (!crowded.contains(policy.policy().namespace())) {
            return;
        }
        List<Workload> without = selected.stream()
                .filter(workload -> workload.meshed()
                        && !objects.egressFor(workload).policies().contains(policy.policy()))
                .toList();
        if (!without.isEmpty()) {
            problems.add(new Problem(
                    LEFT_OUT,
                    "it does not reach the sidecar of " + PolicyChecks.names(without)
                            + ", because the policies before it by name have"
                            + " as many entries as fit: what it alone allows is refused there",
                    "allow ranges and *.example in place of single entries: " + EgressRules.MAX_TARGETS
                            + " entries fit, in " + (EgressRules.MAX_OCTETS >> 10) + " KiB"));
        }
    }

    private static void covered(List<EgressTarget> to, List<Problem> problems) {
        for (int i = 0; i < to.size(); i++) {
            String entry = "to[" + i + "], " + to.get(i);
            RuleCoverage.coveredBy(to, i, EgressChecks::covers)
                    .ifPresent(j -> problems.add(new Problem(
                            COVERED,
                            entry + ", allows nothing that to[" + j + "], " + to.get(j) + ", does not",
                            "remove the entry")));
        }
    }

    private static boolean covers(EgressTarget wide, EgressTarget narrow) {
        boolean ports = wide.ports().isEmpty()
                || (!narrow.ports().isEmpty() && wide.ports().containsAll(narrow.ports()));
        if (wide instanceof EgressTarget.Host one && narrow instanceof EgressTarget.Host other) {
            return ports
                    && (one.host().equals(other.host())
                            || one.host().matches(other.host().text()));
        }
        return wide instanceof EgressTarget.Range(Cidr range, Set<Integer> _)
                && narrow instanceof EgressTarget.Range(Cidr inner, Set<Integer> _)
                && ports
                && range.equals(inner);
    }
}
