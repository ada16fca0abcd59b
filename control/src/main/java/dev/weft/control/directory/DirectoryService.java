package dev.weft.control.directory;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.Protocol;
import dev.weft.mesh.model.Labels;
import dev.weft.mesh.model.Service;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Service as the directory sees it.
 *
 * @param selector labels of its workloads, in the same namespace; an empty selector selects no workload
 * @param prefersZone whether callers prefer endpoints in their own zone
 * @param publishesNotReady whether it also leads to workloads that are not ready
 */
public record DirectoryService(
        String namespace,
        String name,
        Map<String, String> selector,
        List<InetAddress> addresses,
        List<Port> ports,
        boolean prefersZone,
        boolean publishesNotReady) {

    /** Creates a Service of ready workloads whose callers have no preference of zones. */
    public DirectoryService(
            String namespace,
            String name,
            Map<String, String> selector,
            List<InetAddress> addresses,
            List<Port> ports) {
        this(namespace, name, selector, addresses, ports, false, false);
    }

    /**
     * A port of the Service.
     *
     * @param target which port of each workload it leads to
     * @param routing empty if it has no routes
     */
    public record Port(int number, Service.TargetPort target, Protocol protocol, Optional<PortRouting> routing) {
        public Port {
            requireNonNull(target, "target");
            requireNonNull(protocol, "protocol");
            requireNonNull(routing, "routing");
        }

        /** Creates a port without routes. */
        public Port(int number, Service.TargetPort target, Protocol protocol) {
            this(number, target, protocol, Optional.empty());
        }
    }

    public DirectoryService {
        requireNonNull(namespace, "namespace");
        requireNonNull(name, "name");
        selector = Map.copyOf(selector);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    /** Returns {@code namespace/name}. */
    public String fullName() {
        return namespace + "/" + name;
    }

    /** Whether both have the same endpoints. */
    boolean selectsAs(DirectoryService other) {
        return selector.equals(other.selector)
                && namespace.equals(other.namespace)
                && prefersZone == other.prefersZone
                && publishesNotReady == other.publishesNotReady
                && ports.stream()
                        .map(DirectoryService::plain)
                        .toList()
                        .equals(other.ports.stream()
                                .map(DirectoryService::plain)
                                .toList());
    }

    private static Port plain(Port port) {
        return new Port(port.number(), port.target(), port.protocol());
    }

    /** Whether the Service leads to this workload. */
    public boolean selects(DirectoryWorkload workload) {
        return !selector.isEmpty()
                && namespace.equals(workload.namespace())
                && Labels.haveAll(workload.labels(), selector);
    }
}
