package dev.weft.kubernetes.status;

import dev.weft.control.watch.Capabilities;
import dev.weft.control.watch.InboundStanding;
import dev.weft.mesh.model.SelectingPolicy;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The workloads that one policy is about, counted as they come, change and go. Not safe for use by several threads. */
final class Tally {

    private final SelectingPolicy policy;
    private final SortedMap<String, String> refused = new TreeMap<>();
    private final SortedMap<String, String> waiting = new TreeMap<>();
    /** How many sidecars would refuse each. */
    private final SortedMap<String, Integer> cutOff = new TreeMap<>();

    private int selected;
    private int meshed;
    private int inForce;
    private int starting;

    Tally(SelectingPolicy policy) {
        this.policy = policy;
    }

    SelectingPolicy policy() {
        return policy;
    }

    void add(Member member) {
        count(member, 1);
    }

    /** Takes out what was added. */
    void remove(Member member) {
        count(member, -1);
    }

    private void count(Member member, int by) {
        selected += by;
        if (member.standing().isEmpty()) {
            return;
        }
        meshed += by;
        InboundStanding standing = member.standing().get();
        String name = policy.policy().fullName();
        standing.cutOff().stream()
                .filter(peer -> peer.policy().equals(name))
                .forEach(peer -> cutOff.merge(
                        peer.peer() + " on port " + peer.port(),
                        by,
                        (one, other) -> one + other == 0 ? null : one + other));
        switch (standing.how()) {
            case IN_FORCE -> {
                Optional<String> unable = unable(standing);
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

    /** A sidecar that says nothing of what it can do is taken for able: it may be of the version before. */
    private Optional<String> unable(InboundStanding standing) {
        return policy.policy().aboutRequests()
                        && !standing.capabilities().isEmpty()
                        && !standing.capabilities().contains(Capabilities.REQUEST_RULES)
                ? Optional.of("its sidecar cannot judge requests, and closes the policy's ports")
                : Optional.empty();
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
                Optional.empty(),
                Optional.empty(),
                selected,
                meshed,
                inForce,
                starting,
                Some.of(refused),
                Some.of(waiting),
                Some.named(cutOff.keySet()));
    }
}
