package dev.weft.kubernetes.status;

import dev.weft.control.watch.InboundStatus;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Selecting;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts the workloads that one policy selects, as they come, change and go. Not safe for use by several threads. */
final class WorkloadCounts {

    private final PolicyKind kind;
    private final Selecting<?> policy;
    private final PolicyName name;
    private final SortedMap<String, String> refused = new TreeMap<>();
    private final SortedMap<String, String> waiting = new TreeMap<>();
    /** Counts, for each caller that the policy would cut off, how many sidecars would refuse it. */
    private final SortedMap<String, Integer> cutOff = new TreeMap<>();

    private int selected;
    private int meshed;
    private int inForce;
    private int starting;

    WorkloadCounts(PolicyKind kind, Selecting<?> policy) {
        this.kind = kind;
        this.policy = policy;
        this.name = new PolicyName(kind, new ObjectName(policy.namespace(), policy.name()));
    }

    Selecting<?> policy() {
        return policy;
    }

    void add(Member member) {
        count(member, 1);
    }

    void remove(Member member) {
        count(member, -1);
    }

    private void count(Member member, int by) {
        selected += by;
        if (member.standing().isEmpty()) {
            return;
        }
        meshed += by;
        InboundStatus standing = member.standing().get();
        countCutOff(standing, by);
        switch (standing.state()) {
            case IN_FORCE -> {
                Optional<String> unable = unable(member, standing);
                if (unable.isPresent()) {
                    keep(refused, member, unable.get(), by);
                } else {
                    inForce += by;
                }
            }
            case WAITING -> keep(waiting, member, standing.reason(), by);
            case REFUSED -> keep(refused, member, standing.reason(), by);
            case NEVER_CONNECTED -> {
                if (member.ready()) {
                    keep(waiting, member, standing.reason(), by);
                } else {
                    starting += by;
                }
            }
        }
    }

    /** Counts callers that would be cut off; only an AuthorizationPolicy can do that. */
    private void countCutOff(InboundStatus standing, int by) {
        if (kind == PolicyKind.AUTHORIZATION_POLICY) {
            standing.cutOff().stream()
                    .filter(peer -> peer.policy().equals(name.name().toString()))
                    .forEach(peer -> cutOff.merge(
                            peer.peer() + " on port " + peer.port(),
                            by,
                            (one, other) -> one + other == 0 ? null : one + other));
        }
    }

    private Optional<String> unable(Member member, InboundStatus standing) {
        return member.leftOut().contains(name)
                ? Optional.of("more select the workload than its sidecar takes, and the last by name are left out")
                : PolicyKind.unable(policy, standing.capabilities());
    }

    private static void keep(SortedMap<String, String> reasons, Member member, String reason, int by) {
        String name = member.workload().name().toString();
        if (by > 0) {
            reasons.put(name, reason);
        } else {
            reasons.remove(name);
        }
    }

    PolicyVerdict verdict() {
        return new PolicyVerdict(
                kind,
                Optional.empty(),
                Optional.empty(),
                selected,
                meshed,
                inForce,
                starting,
                NamedCount.of(refused),
                NamedCount.of(waiting),
                NamedCount.named(cutOff.keySet()));
    }
}
