package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod as a mesh sees it.
 *
 * @param labels what Services select it by
 * @param ended whether it has ended: it is behind no Service and has no address any more, whatever its status says
 * @param meshed whether it has a sidecar
 * @param hostNetwork whether it has the addresses of its node
 * @param workload empty if it has ended, or has no address of its own
 * @param addresses its own
 * @param ready whether Services lead to it
 * @param standing how good its claim to its addresses is
 * @param problems what of it cannot be used
 */
record MappedPod(
        ObjectName name,
        Map<String, String> labels,
        boolean ended,
        boolean meshed,
        boolean hostNetwork,
        Optional<Workload> workload,
        List<String> addresses,
        boolean ready,
        Standing standing,
        List<String> problems) {

    MappedPod {
        labels = Map.copyOf(labels);
        addresses = List.copyOf(addresses);
        problems = List.copyOf(problems);
    }
}
