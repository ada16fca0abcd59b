package dev.weft.local.supervisor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A service: a name and addresses for the workloads of its namespace that it selects.
 *
 * @param selector labels of the workloads; none selects nothing
 * @param clusterAddresses addresses that the user chose; none leaves the choice to the mesh
 * @param ipv6 whether it has an IPv6 address
 * @param ipv4 whether it has an IPv4 address
 */
record ServiceSpec(
        WorkloadName name,
        Map<String, String> selector,
        List<ServicePort> ports,
        List<String> clusterAddresses,
        boolean ipv4,
        boolean ipv6) {

    ServiceSpec {
        selector = Map.copyOf(selector);
        ports = List.copyOf(ports);
        clusterAddresses = List.copyOf(clusterAddresses);
    }

    /** A port of a service; the target is a number, or the name of a port of the workload. */
    record ServicePort(int port, OptionalInt targetNumber, Optional<String> targetName) {

        /** The port of a workload that this leads to, if the workload has it. */
        OptionalInt targetOn(PodSpec pod) {
            if (targetName.isPresent()) {
                return pod.ports().stream()
                        .filter(candidate -> candidate.name().equals(targetName.get()))
                        .mapToInt(PodSpec.Port::number)
                        .findFirst();
            }
            return OptionalInt.of(targetNumber.orElse(port));
        }
    }

    /** Whether a workload stands behind this service. */
    boolean selects(PodSpec pod) {
        return !selector.isEmpty()
                && pod.name().namespace().equals(name.namespace())
                && pod.labels().entrySet().containsAll(selector.entrySet());
    }
}
