package dev.weft.control.directory;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.Protocol;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.Service;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A workload as the directory sees it.
 *
 * @param identity its SPIFFE ID; empty for an unmeshed workload
 * @param ready whether Services send traffic to it
 * @param zone its zone; empty if unknown, as for workloads of other trust domains
 */
public record DirectoryWorkload(
        String namespace,
        String name,
        Map<String, String> labels,
        Optional<SpiffeId> identity,
        List<InetAddress> addresses,
        boolean ready,
        List<Port> ports,
        String zone) {

    /**
     * A port that the workload declares.
     *
     * @param name may be empty
     */
    public record Port(String name, int number, Protocol protocol) {
        public Port {
            requireNonNull(name, "name");
            requireNonNull(protocol, "protocol");
        }
    }

    public DirectoryWorkload {
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        requireNonNull(identity, "identity");
        requireNonNull(zone, "zone");
        labels = Map.copyOf(labels);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    /** Creates a workload whose zone is not known. */
    public DirectoryWorkload(
            String namespace,
            String name,
            Map<String, String> labels,
            Optional<SpiffeId> identity,
            List<InetAddress> addresses,
            boolean ready,
            List<Port> ports) {
        this(namespace, name, labels, identity, addresses, ready, ports, "");
    }

    /** Returns where a port of a Service leads; empty if this workload has no port of the name. */
    Optional<Port> reached(Service.TargetPort target) {
        return target.on(number -> Optional.of(numbered(number)), this::named);
    }

    /** Returns the port of a number, which it need not declare. */
    private Port numbered(int number) {
        return ports.stream()
                .filter(port -> port.number() == number)
                .findFirst()
                .orElseGet(() -> new Port("", number, Protocol.PROTOCOL_UNSPECIFIED));
    }

    private Optional<Port> named(String portName) {
        return ports.stream().filter(port -> port.name().equals(portName)).findFirst();
    }

    /** Returns {@code namespace/name}. */
    public String fullName() {
        return namespace + "/" + name;
    }
}
