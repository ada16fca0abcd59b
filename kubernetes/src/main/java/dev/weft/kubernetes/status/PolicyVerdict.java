package dev.weft.kubernetes.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What there is to say of a policy.
 *
 * @param problem why it does not count as it is written; empty if it does
 * @param generation of the object that this is said of; empty if it has none
 * @param selected the workloads of its namespace that it is about, without a sidecar or with one
 * @param meshed those of them that have a sidecar, and so enforce it
 * @param inForce the sidecars that have acknowledged it
 * @param starting sidecars that were never connected, of pods that are not ready: they let nothing through before they have it
 * @param refused the sidecars that have refused what their workload accepts with it, or cannot do what it asks
 * @param waiting the sidecars that have not answered
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
        Some refused,
        Some waiting,
        Some cutOff) {

    /** Of a policy about nothing. */
    static PolicyVerdict ofNothing(PolicyKind kind) {
        return new PolicyVerdict(kind, Optional.empty(), Optional.empty(), 0, 0, 0, 0, Some.NONE, Some.NONE, Some.NONE);
    }

    PolicyVerdict with(Optional<String> newProblem, Optional<Long> ofGeneration) {
        return new PolicyVerdict(
                kind, newProblem, ofGeneration, selected, meshed, inForce, starting, refused, waiting, cutOff);
    }

    /** Whether each condition is what it is here, whatever the counts are. */
    boolean saysTheSameAs(PolicyVerdict other) {
        return generation.equals(other.generation) && words(conditions()).equals(words(other.conditions()));
    }

    private static List<String> words(List<Condition> conditions) {
        return conditions.stream()
                .map(each -> each.status() + " " + each.reason())
                .toList();
    }

    /** Whether the policy was understood, whether it is about anything, and whether the sidecars follow it. */
    List<Condition> conditions() {
        Condition accepted = problem.map(
                        reason -> Condition.of("Accepted", false, "Invalid", reason + "; " + kind.whileInvalid()))
                .orElseGet(() ->
                        Condition.of("Accepted", true, "Valid", "the " + kind.noun() + " counts as it is written"));
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
            return Condition.of("InForce", false, "Invalid", "the " + kind.noun() + " does not count as it is written");
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
