package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The ports that the containers of a pod declare.
 *
 * @param tcp TCP ports in the order in which they are declared
 * @param udp UDP ports
 */
record PodPorts(List<Workload.Port> tcp, Set<Integer> udp) {

    /** Most ports of one pod; more are left out. A sidecar accepts 4096. */
    static final int MAX_PORTS = 1024;

    private static final int MAX_PORT = 65_535;

    /** @param moreUdp UDP ports that are declared in addition, by an annotation */
    static PodPorts of(List<Container> containers, Set<Integer> moreUdp) {
        List<Workload.Port> tcp = new ArrayList<>();
        Set<Integer> udp = new TreeSet<>(moreUdp);
        for (Container container : containers) {
            for (ContainerPort port : Objects.requireNonNullElse(container.getPorts(), List.<ContainerPort>of())) {
                Integer number = port.getContainerPort();
                if (number == null || !isPort(number)) {
                    continue;
                }
                switch (Objects.requireNonNullElse(port.getProtocol(), "TCP")) {
                    case "TCP" -> tcp.add(new Workload.Port(port.getName(), number, null));
                    case "UDP" -> udp.add(number);
                    default -> {
                        // SCTP is not carried
                    }
                }
            }
        }
        return new PodPorts(
                tcp.stream().distinct().limit(MAX_PORTS).toList(),
                Set.copyOf(udp.stream().limit(MAX_PORTS).toList()));
    }

    static boolean isPort(int number) {
        return number >= 1 && number <= MAX_PORT;
    }

    OptionalInt numberOf(String name) {
        return tcp.stream()
                .filter(port -> name.equals(port.name()))
                .mapToInt(Workload.Port::port)
                .findFirst();
    }
}
