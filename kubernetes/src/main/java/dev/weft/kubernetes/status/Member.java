package dev.weft.kubernetes.status;

import dev.weft.control.watch.InboundStanding;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Selecting;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A workload as it was counted.
 *
 * @param ready whether Services lead to it
 * @param standing how far its sidecar is; empty without one
 * @param policies those that are about it
 * @param leftOut those of them that its sidecar is not told of, as there are too many
 */
record Member(
        Workload workload,
        boolean ready,
        Optional<InboundStanding> standing,
        SortedSet<PolicyName> policies,
        Set<PolicyName> leftOut) {

    /** @param objects where the policies are */
    static Member of(
            Workload workload,
            boolean ready,
            Optional<InboundStanding> standing,
            SortedSet<PolicyName> policies,
            Snapshot objects) {
        return new Member(workload, ready, standing, policies, leftOut(policies, objects));
    }

    private static Set<PolicyName> leftOut(SortedSet<PolicyName> policies, Snapshot objects) {
        Set<PolicyName> all = new HashSet<>();
        for (PolicyKind kind : PolicyKind.values()) {
            List<Selecting<?>> selecting = new ArrayList<>();
            for (PolicyName policy : policies) {
                @Nullable
                Selecting<?> object = policy.kind() == kind ? kind.in(objects).get(policy.name()) : null;
                if (object != null) {
                    selecting.add(object);
                }
            }
            kind.leftOut(selecting)
                    .forEach(each -> all.add(new PolicyName(kind, new ObjectName(each.namespace(), each.name()))));
        }
        return all;
    }

    /** Whether it is counted the same way, by the same policies. */
    boolean countsAs(Member other) {
        return ready == other.ready
                && standing.equals(other.standing)
                && policies.equals(other.policies)
                && leftOut.equals(other.leftOut);
    }
}
