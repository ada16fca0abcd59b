package dev.weft.kubernetes.status;

import dev.weft.control.watch.InboundStatus;
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
 * A workload as {@link WorkloadCounts} counts it.
 *
 * @param ready whether Services send traffic to the workload
 * @param standing state of the workload's sidecar; empty if it has no sidecar
 * @param policies policies that select the workload
 * @param leftOut those of these policies that the sidecar does not get, because there are too many
 */
record Member(
        Workload workload,
        boolean ready,
        Optional<InboundStatus> standing,
        SortedSet<PolicyName> policies,
        Set<PolicyName> leftOut) {

    /** @param objects snapshot that contains the policies */
    static Member of(
            Workload workload,
            boolean ready,
            Optional<InboundStatus> standing,
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

    /** Whether the other member adds the same to the same counts. */
    boolean countsAs(Member other) {
        return ready == other.ready
                && standing.equals(other.standing)
                && policies.equals(other.policies)
                && leftOut.equals(other.leftOut);
    }
}
