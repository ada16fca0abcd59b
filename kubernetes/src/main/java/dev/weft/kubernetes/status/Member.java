package dev.weft.kubernetes.status;

import dev.weft.control.watch.InboundStanding;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import java.util.Optional;
import java.util.Set;

/**
 * A workload as it was counted.
 *
 * @param ready whether Services lead to it
 * @param standing how far its sidecar is; empty without one
 * @param policies those that are about it; changes as they do
 */
record Member(Workload workload, boolean ready, Optional<InboundStanding> standing, Set<ObjectName> policies) {

    /** Whether it is counted the same way, by the same policies. */
    boolean countsAs(Member other) {
        return ready == other.ready && standing.equals(other.standing) && policies.equals(other.policies);
    }
}
