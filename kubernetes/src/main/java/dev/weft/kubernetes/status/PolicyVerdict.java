package dev.weft.kubernetes.status;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What there is to say of an AuthorizationPolicy.
 *
 * @param problem why it does not count as it is written; empty if it does
 * @param selected the workloads of its namespace that it is about, without a sidecar or with one
 * @param meshed those of them that have a sidecar, and so enforce it
 */
record PolicyVerdict(Optional<String> problem, int selected, int meshed) {

    /** A condition of a status. */
    record Condition(String type, boolean holds, String reason, String message) {}

    /** Whether the policy was understood, and whether it is about anything. */
    List<Condition> conditions() {
        Condition accepted = problem.map(reason -> new Condition(
                        "Accepted",
                        false,
                        "Invalid",
                        reason + "; what it said when it was valid last is in force, else what it names is closed"))
                .orElseGet(() -> new Condition("Accepted", true, "Valid", "the policy is in force as it is written"));
        return List.of(accepted, about());
    }

    private Condition about() {
        String counts = selected + (selected == 1 ? " workload, " : " workloads, ") + meshed + " with a sidecar";
        if (selected == 0) {
            return new Condition(
                    "SelectsWorkloads",
                    false,
                    "NoWorkload",
                    "no pod of the namespace has the labels: the policy protects nothing now");
        }
        if (meshed == 0) {
            return new Condition(
                    "SelectsWorkloads", false, "NoSidecar", counts + ": what has no sidecar enforces no policy");
        }
        return meshed == selected
                ? new Condition("SelectsWorkloads", true, "Selected", counts)
                : new Condition(
                        "SelectsWorkloads", true, "SomeWithoutSidecar", counts + ": the others enforce no policy");
    }

    /** Of every policy that is in force or was refused, by name. */
    static Map<ObjectName, PolicyVerdict> all(Snapshot snapshot, List<LoadError> errors) {
        Map<String, List<Workload>> byNamespace = new TreeMap<>();
        snapshot.workloads()
                .forEach((name, workload) -> byNamespace
                        .computeIfAbsent(name.namespace(), _ -> new ArrayList<>())
                        .add(workload));
        Map<ObjectName, PolicyVerdict> verdicts = new TreeMap<>();
        snapshot.policies()
                .forEach((name, policy) -> verdicts.put(
                        name, of(policy, byNamespace.getOrDefault(name.namespace(), List.of()), Optional.empty())));
        for (LoadError error : errors) {
            named(error).ifPresent(name -> {
                PolicyVerdict inForce = verdicts.getOrDefault(name, new PolicyVerdict(Optional.empty(), 0, 0));
                // The first thing that is wrong; what follows from it comes after it.
                Optional<String> problem = inForce.problem().or(() -> Optional.of(error.reason()));
                verdicts.put(name, new PolicyVerdict(problem, inForce.selected(), inForce.meshed()));
            });
        }
        return verdicts;
    }

    private static PolicyVerdict of(SelectingPolicy policy, List<Workload> ofNamespace, Optional<String> problem) {
        List<Workload> selected = ofNamespace.stream().filter(policy::selects).toList();
        return new PolicyVerdict(problem, selected.size(), (int)
                selected.stream().filter(Workload::meshed).count());
    }

    private static Optional<ObjectName> named(LoadError error) {
        if (!error.source().kind().equals(PolicyStatuses.KIND)) {
            return Optional.empty();
        }
        String[] parts = error.source().name().split("/", -1);
        return parts.length == 2 ? Optional.of(new ObjectName(parts[0], parts[1])) : Optional.empty();
    }
}
