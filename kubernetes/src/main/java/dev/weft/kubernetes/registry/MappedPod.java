package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod as the mesh sees it.
 *
 * @param labels labels that the selectors of Services match
 * @param ended whether the pod has ended: it belongs to no Service and has no address any more, whatever its status
 *     says
 * @param meshed whether the pod has a sidecar
 * @param hostNetwork whether the pod uses the addresses of its node
 * @param node name of the node that the pod runs on; empty if it has none yet
 * @param account the ServiceAccount that the pod's identity is of; empty without a sidecar, or if the pod has ended
 * @param workload the workload; empty if the pod has ended, or has no address of its own
 * @param addresses the pod's own addresses
 * @param ready whether Services send traffic to the pod
 * @param standing priority of the pod's claim to its addresses
 * @param due when the pod should have ended; empty if it is not being deleted
 * @param unmeshed set if the pod lacks the sidecar that it may be meant to have, and is not ending
 * @param problems annotations of the pod that cannot be used
 */
record MappedPod(
        ObjectName name,
        Map<String, String> labels,
        boolean ended,
        boolean meshed,
        boolean hostNetwork,
        String node,
        Optional<Account> account,
        Optional<Workload> workload,
        List<String> addresses,
        boolean ready,
        AddressPriority standing,
        Optional<Instant> due,
        Optional<UnmeshedPod> unmeshed,
        List<String> problems) {

    /** A ServiceAccount, and the UID of the pod that runs as it. */
    record Account(ObjectName name, String uid) {}

    /** Returns this pod, whose identity has ended or not. */
    MappedPod withIdentityEnded(boolean identityEnded) {
        return with(workload.map(each -> each.withIdentityEnded(identityEnded)));
    }

    /** Returns this pod on a node of this zone; empty if it is not known. */
    MappedPod withNodeZone(String zone) {
        return with(workload.map(each -> each.withNodeZone(zone)));
    }

    private MappedPod with(Optional<Workload> other) {
        return new MappedPod(
                name,
                labels,
                ended,
                meshed,
                hostNetwork,
                node,
                account,
                other,
                addresses,
                ready,
                standing,
                due,
                unmeshed,
                problems);
    }

    MappedPod {
        labels = Map.copyOf(labels);
        addresses = List.copyOf(addresses);
        problems = List.copyOf(problems);
    }
}
