package dev.weft.kubernetes.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of a policy, as its status shows it.
 *
 * @param problem why the policy is not in force as it is written; empty if it is
 * @param generation generation of the object that this describes; empty if it has none
 * @param selected number of selected workloads of its namespace, with or without a sidecar
 * @param meshed number of selected workloads that have a sidecar, and so enforce the policy
 * @param inForce number of sidecars that have acknowledged the policy
 * @param starting number of sidecars that have never connected, in pods that are not ready: they let no traffic through
 *     before they have the policy
 * @param refused sidecars that have refused their workload's inbound policies with this one, or that cannot enforce it
 * @param waiting sidecars that have not answered
 * @param cutOff peers that sidecars have admitted within the last hour, and that this policy refuses
 */
record PolicyVerdict(
        PolicyKind kind,
        Optional<String> problem,
        Optional<Long> generation,
        int selected,
        int meshed,
        int inForce,
        int starting,
        NamedCount refused,
        NamedCount waiting,
        NamedCount cutOff) {

    /** Returns the verdict on a policy that selects no workload. */
    static PolicyVerdict ofNothing(PolicyKind kind) {
        return new PolicyVerdict(
                kind,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                0,
                0,
                NamedCount.NONE,
                NamedCount.NONE,
                NamedCount.NONE);
    }

    PolicyVerdict with(Optional<String> newProblem, Optional<Long> ofGeneration) {
        return new PolicyVerdict(
                kind, newProblem, ofGeneration, selected, meshed, inForce, starting, refused, waiting, cutOff);
    }

    /** Whether all conditions and the generation are the same in both verdicts, whatever the counts are. */
    boolean saysTheSameAs(PolicyVerdict other) {
        return generation.equals(other.generation) && words(conditions()).equals(words(other.conditions()));
    }

    private static List<String> words(List<Condition> conditions) {
        return conditions.stream()
                .map(each -> each.status() + " " + each.reason())
                .toList();
    }

    /**
     * Returns three conditions: whether the policy is valid, whether it selects workloads, and whether the sidecars
     * enforce it.
     */
    List<Condition> conditions() {
        Condition accepted = problem.map(
                        reason -> Condition.of("Accepted", false, "Invalid", reason + "; " + kind.whileInvalid()))
                .orElseGet(() -> Condition.of("Accepted", true, "Valid", "the " + kind.noun() + " is valid"));
        return List.of(accepted, about(), enforced());
    }

    private Condition about() {
        String counts = selected + (selected == 1 ? " workload, " : " workloads, ") + meshed + " with a sidecar";
        if (selected == 0) {
            return Condition.of(
                    "SelectsWorkloads",
                    false,
                    "NoWorkload",
                    "no pod of the namespace has the labels: the " + kind.noun() + " is about nothing now");
        }
        if (meshed == 0) {
            return Condition.of(
                    "SelectsWorkloads",
                    false,
                    "NoSidecar",
                    counts + ": what has no sidecar enforces no " + kind.noun());
        }
        return meshed == selected
                ? Condition.of("SelectsWorkloads", true, "Selected", counts)
                : Condition.of(
                        "SelectsWorkloads",
                        true,
                        "SomeWithoutSidecar",
                        counts + ": the others enforce no " + kind.noun());
    }

    private Condition enforced() {
        if (problem.isPresent()) {
            return Condition.of("InForce", false, "Invalid", "the " + kind.noun() + " is not valid");
        }
        if (meshed == 0) {
            return new Condition("InForce", Condition.UNKNOWN, "NoSidecar", "no sidecar is selected");
        }
        List<String> parts = new ArrayList<>();
        parts.add("in force on " + inForce + " of " + meshed + (meshed == 1 ? " sidecar" : " sidecars"));
        if (!refused.isEmpty()) {
            parts.add("refused by " + refused.shown() + " (" + refused.reason() + ")");
        }
        if (!waiting.isEmpty()) {
            parts.add("not acknowledged by " + waiting.shown() + " (" + waiting.reason() + ")");
        }
        if (starting > 0) {
            parts.add(starting + " starting, which take it before they let anything through");
        }
        String message = String.join("; ", parts);
        if (!refused.isEmpty()) {
            return Condition.of("InForce", false, "Refused", message);
        }
        if (!waiting.isEmpty()) {
            return Condition.of("InForce", false, "NotAcknowledged", message);
        }
        return inForce == 0
                ? new Condition("InForce", Condition.UNKNOWN, "Starting", message)
                : Condition.of("InForce", true, "Acknowledged", message);
    }
}
